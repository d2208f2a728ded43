-- Purpose: the 60,000 customers. Grain: one row per customer.
insert into core.account by name
select
    'C' || cast(i as varchar) as account_id,
    '客户 ' || cast(i as varchar) as account_name,
    '区域 ' || cast(i % 10 as varchar) as region,
    'benchmark' as source,
    i + 1 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from range(1, 60001) as customer(i)
