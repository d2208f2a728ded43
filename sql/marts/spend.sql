-- grain: one row per day, channel and campaign of marketing spend up to the as-of date
-- purpose: what a channel costs; spend has no region, team, rep or product line
select
    spent_on as occurred_on,
    $unassigned as region,
    $unassigned as team,
    $unassigned as rep,
    $unassigned as product_line,
    channel,
    cast(null as varchar) as account_id,
    campaign,
    amount
from campaign_spend
where spent_on <= $as_of
