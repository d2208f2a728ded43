-- grain: one row per opportunity won or lost up to the as-of date, on its close date
-- purpose: win rate, deal size, sales cycle, lost reasons
-- $1 is the as-of date, $2 the scope of what nobody owns
with
closed_deals as (
    select * from opportunity
    where outcome in ('won', 'lost') and closed_on <= $1
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
    coalesce(closed_deals.segment, $2) as segment,
    closed_deals.outcome = 'won' as is_won,
    closed_deals.amount,
    date_diff('day', closed_deals.created_on, closed_deals.closed_on) as cycle_days,
    closed_deals.lost_reason
from closed_deals
left join products on closed_deals.product_id = products.product_id
