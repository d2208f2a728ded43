-- Purpose: the newest day, up to a given one, on which anything happened. Grain: one row.
-- Parameters: last_day. Reads the temporary views of the entities.
with
days as (
    select order_line.ordered_on as occurred_on from order_line
    union all
    select payment.paid_on as occurred_on from payment
    union all
    select opportunity.closed_on as occurred_on from opportunity
    union all
    select lead.created_on as occurred_on from lead
    union all
    select activity.occurred_on as occurred_on from activity
)

select max(days.occurred_on) as newest_on
from days
where days.occurred_on <= $last_day
