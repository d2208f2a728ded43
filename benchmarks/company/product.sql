-- Purpose: 500 products in eight lines. Grain: one row per product.
insert into core.product by name
select
    'P' || lpad(cast(i as varchar), 3, '0') as product_id,
    '产品 ' || cast(i as varchar) as product_name,
    '产品线 ' || cast(i % 8 as varchar) as product_line,
    'benchmark' as source,
    i + 2 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from range(500) as product(i)
