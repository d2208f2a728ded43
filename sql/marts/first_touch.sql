-- grain: one row per customer: the lead that came first among those that became the customer
-- purpose: the channel that a customer is attributed to (domain §4, channel_roi)
select
    account_id,
    arg_min(channel, (created_on, lead_id)) as channel
from lead
where account_id is not null and created_on <= $1
group by account_id
