-- grain: one row per won opportunity up to the as-of date
-- purpose: sales of a company that keeps no orders (settings: sales_from = won_opportunity);
--          a won deal without an amount counts as 0 and stays visible as a case
-- $1 is the as-of date
with
won_deals as (
    select * from opportunity
    where outcome = 'won' and closed_on <= $1
),

products as (select * from product),

accounts as (select * from account),

channels as (select * from channel),

first_wins as (
    select
        account_id,
        min(closed_on) as first_ordered_on,
        cast(row_number() over () as integer) as customer
    from won_deals
    where account_id is not null
    group by account_id
)

select
    won_deals.closed_on as occurred_on,
    cast(null as varchar) as region,
    won_deals.rep_id,
    coalesce(won_deals.product_line, products.product_line) as product_line,
    won_deals.channel,
    won_deals.account_id,
    first_wins.customer,
    won_deals.opportunity_id as order_id,
    won_deals.product_id,
    'sale' as document_kind,
    cast(null as decimal(38, 6)) as quantity,
    coalesce(won_deals.amount, 0) as net_amount,
    cast(null as decimal(18, 4)) as cost_amount,
    first_wins.first_ordered_on,
    cast(null as decimal(18, 4)) as margin_amount,
    channels.ownership as channel_ownership,
    products.life_cycle_stage,
    accounts.is_key as is_key_account
from won_deals
left join products on won_deals.product_id = products.product_id
left join first_wins on won_deals.account_id = first_wins.account_id
left join accounts on won_deals.account_id = accounts.account_id
left join channels on coalesce(won_deals.channel, accounts.channel) = channels.channel
