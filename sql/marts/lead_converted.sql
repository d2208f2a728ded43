-- grain: one row per lead that became a customer up to the as-of date, on that day
-- purpose: the period view of lead conversion
-- $1 is the as-of date
select
    converted_on as occurred_on,
    cast(null as varchar) as region,
    rep_id,
    product_line,
    channel,
    account_id,
    lead_id
from lead
where converted_on <= $1
