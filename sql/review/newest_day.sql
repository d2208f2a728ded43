-- grain: one row; the newest day, up to a given one, on which the company recorded anything
with
dated as (
    select ordered_on as occurred_on from order_line
    union all
    select paid_on as occurred_on from payment
    union all
    select closed_on as occurred_on from opportunity
    union all
    select created_on as occurred_on from lead
    union all
    select occurred_on from activity
)

select max(occurred_on) as newest_on
from dated
where occurred_on <= $last_day
