-- Purpose: visits of the same company's reps, three in five on an opportunity of theirs.
-- Grain: one row per activity. Parameters: rows (of order lines: one in four), seed.
insert into core.activity by name
with numbered as (
    select
        i,
        hash(i, $seed, 'activity') as of_visit
    from range($rows // 4) as visit(i)
)

select
    'V' || lpad(cast(i as varchar), 8, '0') as activity_id,
    'visit' as activity_type,
    'R' || lpad(cast(of_visit % 1000 as varchar), 4, '0') as rep_id,
    'C' || cast(floor(pow(60000, (of_visit // 11 % 1000000) / 1000000.0)) as integer) as account_id,
    if(
        of_visit // 13 % 5 < 3,
        'O' || lpad(cast(of_visit // 17 % ($rows // 10) as varchar), 8, '0'),
        null
    ) as opportunity_id,
    date '2025-11-10' + cast((of_visit // 7000) % 378 as integer) as occurred_on,
    of_visit // 19 % 3 > 0 as is_effective,
    of_visit // 23 % 4 = 0 as is_discovery,
    if(of_visit // 23 % 4 = 0, cast(of_visit // 29 % 4 as integer), null) as answered_questions,
    'benchmark' as source,
    i + 2 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from numbered
