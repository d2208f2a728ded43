-- Purpose: 1,000 reps in 100 teams and 10 regions, each rep in one team. Grain: one row per rep.
insert into core.assignment by name
select
    'R' || lpad(cast(i as varchar), 4, '0') as rep_id,
    '销售 ' || cast(i as varchar) as rep_name,
    '团队 ' || cast(i % 100 as varchar) as team,
    '区域 ' || cast(i % 10 as varchar) as region,
    date '1900-01-01' as valid_from,
    'benchmark' as source,
    i + 2 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from range(1000) as rep(i)
