-- Purpose: what each product costs, with a new price in the middle of the year.
-- Grain: one row per product and period of validity.
insert into core.product_cost by name
select
    'P' || lpad(cast(i // 2 as varchar), 3, '0') as product_id,
    if(i % 2 = 0, date '2025-01-01', date '2026-06-01') as valid_from,
    if(i % 2 = 0, date '2026-05-31', null) as valid_to,
    cast(20 + hash(i, $seed, 'cost') % 3000 / 100 as decimal(18, 2)) as unit_cost,
    'benchmark' as source,
    i + 2 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from range(1000) as cost(i)
