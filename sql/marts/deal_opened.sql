-- grain: one row per opportunity opened up to the as-of date, on that day
-- purpose: what entered the pipeline; a deal without an opening date is no dated fact
-- $1 is the as-of date, $2 the scope of what nobody owns
with
opened_deals as (
    select * from opportunity
    where created_on <= $1
),

accounts as (select * from account),

products as (select * from product),

assignments as (select * from assignment),

owned_deals as (
    select
        opened_deals.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (
            assignments.valid_to is null or opened_deals.created_on <= assignments.valid_to
        ) as is_owned
    from opened_deals
    asof left join assignments
        on
            opened_deals.rep_id = assignments.rep_id
            and opened_deals.created_on >= assignments.valid_from
)

select
    owned_deals.created_on as occurred_on,
    coalesce(
        case when owned_deals.is_owned then owned_deals.own_region end, accounts.region, $2
    ) as region,
    coalesce(case when owned_deals.is_owned then owned_deals.own_team end, $2) as team,
    coalesce(owned_deals.rep_id, $2) as rep,
    coalesce(owned_deals.product_line, products.product_line, $2) as product_line,
    coalesce(owned_deals.channel, accounts.channel, $2) as channel,
    owned_deals.account_id,
    owned_deals.opportunity_id,
    coalesce(owned_deals.segment, $2) as segment,
    owned_deals.lead_id,
    owned_deals.amount
from owned_deals
left join accounts on owned_deals.account_id = accounts.account_id
left join products on owned_deals.product_id = products.product_id
