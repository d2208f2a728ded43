-- grain: one row per won opportunity up to the as-of date
-- purpose: sales of a company that keeps no orders (settings: sales_from = won_opportunity);
--          a won deal without an amount counts as 0 and stays visible as a case
-- $1 is the as-of date, $2 the scope of what nobody owns
with
won_deals as (
    select * from opportunity
    where outcome = 'won' and closed_on <= $1
),

accounts as (select * from account),

products as (select * from product),

assignments as (select * from assignment),

first_wins as (
    select
        account_id,
        min(closed_on) as first_ordered_on
    from won_deals
    where account_id is not null
    group by account_id
),

owned_deals as (
    select
        won_deals.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (assignments.valid_to is null or won_deals.closed_on <= assignments.valid_to) as is_owned
    from won_deals
    asof left join assignments
        on
            won_deals.rep_id = assignments.rep_id
            and won_deals.closed_on >= assignments.valid_from
)

select
    owned_deals.closed_on as occurred_on,
    coalesce(
        case when owned_deals.is_owned then owned_deals.own_region end, accounts.region, $2
    ) as region,
    coalesce(case when owned_deals.is_owned then owned_deals.own_team end, $2) as team,
    coalesce(owned_deals.rep_id, $2) as rep,
    coalesce(owned_deals.product_line, products.product_line, $2) as product_line,
    coalesce(owned_deals.channel, accounts.channel, $2) as channel,
    owned_deals.account_id,
    owned_deals.opportunity_id as order_id,
    owned_deals.product_id,
    'sale' as document_kind,
    cast(null as decimal(38, 6)) as quantity,
    coalesce(owned_deals.amount, 0) as net_amount,
    cast(null as decimal(18, 4)) as cost_amount,
    first_wins.first_ordered_on,
    cast(null as decimal(18, 4)) as margin_amount
from owned_deals
left join accounts on owned_deals.account_id = accounts.account_id
left join products on owned_deals.product_id = products.product_id
left join first_wins on owned_deals.account_id = first_wins.account_id
