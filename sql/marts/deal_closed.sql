-- grain: one row per opportunity won or lost up to the as-of date, on its close date
-- purpose: win rate, deal size, sales cycle, lost reasons
-- $1 is the as-of date, $2 the scope of what nobody owns
with
closed_deals as (
    select * from opportunity
    where outcome in ('won', 'lost') and closed_on <= $1
),

accounts as (select * from account),

products as (select * from product),

assignments as (select * from assignment),

owned_deals as (
    select
        closed_deals.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (
            assignments.valid_to is null or closed_deals.closed_on <= assignments.valid_to
        ) as is_owned
    from closed_deals
    asof left join assignments
        on
            closed_deals.rep_id = assignments.rep_id
            and closed_deals.closed_on >= assignments.valid_from
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
    owned_deals.opportunity_id,
    coalesce(owned_deals.segment, $2) as segment,
    owned_deals.outcome = 'won' as is_won,
    owned_deals.amount,
    date_diff('day', owned_deals.created_on, owned_deals.closed_on) as cycle_days,
    owned_deals.lost_reason
from owned_deals
left join accounts on owned_deals.account_id = accounts.account_id
left join products on owned_deals.product_id = products.product_id
