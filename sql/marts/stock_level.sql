-- grain: one row per product, channel and count of its stock up to the as-of date
-- purpose: average channel inventory; a count holds until the next one
-- $1 is the as-of date
with
counts as (
    select * from inventory
    where counted_on <= $1 and stock_value is not null
),

products as (select * from product)

select
    counts.counted_on as occurred_on,
    cast(null as varchar) as region,
    cast(null as varchar) as rep_id,
    products.product_line,
    counts.channel,
    cast(null as varchar) as account_id,
    cast(
        lead(counts.counted_on) over stock - interval 1 day as date
    ) as ended_on,
    counts.stock_value as stock_amount
from counts
left join products on counts.product_id = products.product_id
window stock as (partition by counts.product_id, counts.channel order by counts.counted_on)
