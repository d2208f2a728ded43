-- grain: one row per lead that came in up to the as-of date, on that day
-- purpose: leads, qualification, response time; what happened after the as-of date is not known yet
-- $1 is the as-of date
select
    created_on as occurred_on,
    cast(null as varchar) as region,
    rep_id,
    product_line,
    channel,
    account_id,
    lead_id,
    is_qualified,
    case when converted_on <= $1 then converted_on end as converted_on,
    case
        when first_touch_at >= created_at and cast(first_touch_at as date) <= $1
            then date_diff('second', created_at, first_touch_at) / 3600.0
    end as response_hours
from lead
where created_on <= $1
