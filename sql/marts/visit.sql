-- grain: one row per activity up to the as-of date
-- purpose: effective visits and discovery depth; what an activity does not say, its deal says
-- $1 is the as-of date, $2 the scope of what nobody owns
with
activities as (
    select * from activity
    where occurred_on <= $1
),

opportunities as (select * from opportunity),

accounts as (select * from account),

products as (select * from product),

assignments as (select * from assignment),

owned_activities as (
    select
        activities.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (
            assignments.valid_to is null or activities.occurred_on <= assignments.valid_to
        ) as is_owned
    from activities
    asof left join assignments
        on
            activities.rep_id = assignments.rep_id
            and activities.occurred_on >= assignments.valid_from
)

select
    owned_activities.occurred_on,
    coalesce(
        case when owned_activities.is_owned then owned_activities.own_region end,
        accounts.region,
        $2
    ) as region,
    coalesce(
        case when owned_activities.is_owned then owned_activities.own_team end, $2
    ) as team,
    coalesce(owned_activities.rep_id, $2) as rep,
    coalesce(
        owned_activities.product_line,
        opportunities.product_line,
        products.product_line,
        $2
    ) as product_line,
    coalesce(
        owned_activities.channel, opportunities.channel, accounts.channel, $2
    ) as channel,
    coalesce(owned_activities.account_id, opportunities.account_id) as account_id,
    owned_activities.activity_id,
    owned_activities.is_effective,
    owned_activities.is_discovery,
    owned_activities.answered_questions
from owned_activities
left join opportunities on owned_activities.opportunity_id = opportunities.opportunity_id
left join accounts
    on coalesce(owned_activities.account_id, opportunities.account_id) = accounts.account_id
left join products on opportunities.product_id = products.product_id
