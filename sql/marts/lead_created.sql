-- grain: one row per lead that came in up to the as-of date, on that day
-- purpose: leads, qualification, response time; what happened after the as-of date is not known yet
-- $1 is the as-of date
with
leads as (
    select * from lead
    where created_on <= $1
),

channels as (select * from channel)

select
    leads.created_on as occurred_on,
    cast(null as varchar) as region,
    leads.rep_id,
    leads.product_line,
    leads.channel,
    leads.account_id,
    leads.lead_id,
    leads.is_qualified,
    case when leads.converted_on <= $1 then leads.converted_on end as converted_on,
    case
        when leads.first_touch_at >= leads.created_at and cast(leads.first_touch_at as date) <= $1
            then date_diff('second', leads.created_at, leads.first_touch_at) / 3600.0
    end as response_hours,
    leads.campaign,
    coalesce(leads.is_referral, channels.is_referral) as is_referral
from leads
left join channels on leads.channel = channels.channel
