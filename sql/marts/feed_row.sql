-- grain: one row per row of a file of the company's own daily numbers up to the as-of date
-- purpose: metric feeds
-- $1 is the as-of date
select
    measured_on as occurred_on,
    region,
    team as given_team,
    rep_id,
    product_line,
    channel,
    account_id,
    feed,
    numbers
from metric_feed
where measured_on <= $1
