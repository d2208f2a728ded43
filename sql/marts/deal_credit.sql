-- grain: one row per opportunity won or lost up to the as-of date, before credit is split
-- purpose: win rate by amount; a deal without an amount has no part in it
-- $1 is the as-of date
with
closed_deals as (
    select * from opportunity
    where outcome in ('won', 'lost') and closed_on <= $1 and amount is not null
),

products as (select * from product)

select
    closed_deals.closed_on as occurred_on,
    cast(null as varchar) as region,
    closed_deals.rep_id,
    coalesce(closed_deals.product_line, products.product_line) as product_line,
    closed_deals.channel,
    closed_deals.account_id,
    closed_deals.opportunity_id,
    closed_deals.outcome = 'won' as is_won,
    closed_deals.amount
from closed_deals
left join products on closed_deals.product_id = products.product_id
