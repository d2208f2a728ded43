-- Purpose: what the metrics are measured by: order lines by week, rep and channel, and how many
-- customers. Grain: one row per week, rep and channel.
select
    date_trunc('week', ordered_on) as week_starts_on,
    rep_id,
    channel,
    sum(net_amount) as net_amount,
    count(distinct account_id) as customers
from core.order_line
group by all
