-- grain: one row per won opportunity up to the as-of date
-- purpose: contract amount of a company that keeps no contracts
--          (settings: contracts_from = won_opportunity)
-- $1 is the as-of date
with
won_deals as (
    select * from opportunity
    where outcome = 'won' and closed_on <= $1
),

products as (select * from product)

select
    won_deals.closed_on as occurred_on,
    cast(null as varchar) as region,
    won_deals.rep_id,
    coalesce(won_deals.product_line, products.product_line) as product_line,
    won_deals.channel,
    won_deals.account_id,
    won_deals.opportunity_id as contract_id,
    coalesce(won_deals.amount, 0) as amount
from won_deals
left join products on won_deals.product_id = products.product_id
