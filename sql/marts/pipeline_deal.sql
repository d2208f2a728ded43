-- grain: one row per opportunity open at the end of a day, or closed in the 100 days to it
-- purpose: the two ends of a pipeline bridge; a quarter has at most 92 days
-- $1 is the day; a deal without an opening date counts while open
with
opportunities as (
    select *
    from opportunity
    where coalesce(created_on <= $1, outcome = 'open' or closed_on <= $1)
),

products as (select * from product),

standing_deals as (
    select
        *,
        outcome = 'open' or closed_on > $1 as is_open
    from opportunities
)

select
    cast($1 as date) as occurred_on,
    cast(null as varchar) as region,
    standing_deals.rep_id,
    coalesce(standing_deals.product_line, products.product_line) as product_line,
    standing_deals.channel,
    standing_deals.account_id,
    standing_deals.opportunity_id,
    standing_deals.created_on,
    case when not standing_deals.is_open then standing_deals.closed_on end as closed_on,
    standing_deals.expected_close_on,
    standing_deals.is_open,
    case when not standing_deals.is_open then standing_deals.outcome = 'won' end as is_won,
    standing_deals.amount
from standing_deals
left join products on standing_deals.product_id = products.product_id
where standing_deals.is_open or standing_deals.closed_on > $1 - interval 100 day
