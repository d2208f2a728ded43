-- grain: one row per opportunity opened up to the as-of date, on that day
-- purpose: what entered the pipeline; a deal without an opening date is no dated fact
-- $1 is the as-of date, $2 the scope of what nobody owns
with
opened_deals as (
    select * from opportunity
    where created_on <= $1
),

products as (select * from product)

select
    opened_deals.created_on as occurred_on,
    cast(null as varchar) as region,
    opened_deals.rep_id,
    coalesce(opened_deals.product_line, products.product_line) as product_line,
    opened_deals.channel,
    opened_deals.account_id,
    opened_deals.opportunity_id,
    coalesce(opened_deals.segment, $2) as segment,
    opened_deals.lead_id,
    opened_deals.amount
from opened_deals
left join products on opened_deals.product_id = products.product_id
