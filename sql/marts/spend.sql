-- grain: one row per day, channel and campaign of marketing spend up to the as-of date
-- purpose: what a channel costs; spend has no region, team, rep or product line
-- $1 is the as-of date
select
    spent_on as occurred_on,
    cast(null as varchar) as region,
    cast(null as varchar) as rep_id,
    cast(null as varchar) as product_line,
    channel,
    cast(null as varchar) as account_id,
    campaign,
    amount
from campaign_spend
where spent_on <= $1
