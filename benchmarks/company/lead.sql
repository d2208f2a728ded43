-- Purpose: leads of the same company, one in twelve converted. Grain: one row per lead.
-- Parameters: rows (of order lines: one in forty), seed.
insert into core.lead by name
with numbered as (
    select
        i,
        hash(i, $seed, 'lead') as of_lead,
        date '2025-11-10' + cast((hash(i, $seed, 'lead') // 7000) % 378 as integer) as created_on
    from range($rows // 40) as lead(i)
)

select
    'L' || lpad(cast(i as varchar), 8, '0') as lead_id,
    created_on,
    cast(created_on as timestamp) + interval 9 hour as created_at,
    cast(created_on as timestamp) + interval 9 hour
    + to_minutes(cast(of_lead // 13 % 4000 as integer)) as first_touch_at,
    ['direct', 'dealer', 'online'][1 + cast(of_lead // 17 % 3 as integer)] as channel,
    'R' || lpad(cast(of_lead % 1000 as varchar), 4, '0') as rep_id,
    of_lead // 19 % 3 > 0 as is_qualified,
    if(of_lead // 23 % 12 = 0, created_on + cast(of_lead // 29 % 60 as integer), null)
        as converted_on,
    'benchmark' as source,
    i + 2 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from numbered
