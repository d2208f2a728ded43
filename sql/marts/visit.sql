-- grain: one row per activity up to the as-of date
-- purpose: effective visits and discovery depth; what an activity does not say, its deal says
-- $1 is the as-of date
with
activities as (
    select * from activity
    where occurred_on <= $1
),

opportunities as (select * from opportunity),

products as (select * from product)

select
    activities.occurred_on,
    cast(null as varchar) as region,
    activities.rep_id,
    coalesce(
        activities.product_line, opportunities.product_line, products.product_line
    ) as product_line,
    coalesce(activities.channel, opportunities.channel) as channel,
    coalesce(activities.account_id, opportunities.account_id) as account_id,
    activities.activity_id,
    activities.is_effective,
    activities.is_discovery,
    activities.answered_questions
from activities
left join opportunities on activities.opportunity_id = opportunities.opportunity_id
left join products on opportunities.product_id = products.product_id
