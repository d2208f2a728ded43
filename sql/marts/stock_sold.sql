-- grain: one row per day, region, rep, product line and channel that holds stock
-- purpose: cost of the goods sold out of channel inventory: a channel whose stock nobody counts
--          would turn over what it does not hold
-- $1 is the as-of date
with
sales as (
    {% include "marts/" ~ sales ~ ".sql" %}
),

accounts as (select * from account),

stocked_channels as (
    select distinct channel from inventory
    where counted_on <= $1 and stock_value is not null
)

select
    sales.occurred_on,
    sales.region,
    sales.rep_id,
    sales.product_line,
    stocked_channels.channel,
    cast(null as varchar) as account_id,
    cast(sum(sales.cost_amount) as decimal(18, 4)) as cost_amount
from sales
left join accounts on sales.account_id = accounts.account_id
inner join stocked_channels
    on coalesce(sales.channel, accounts.channel) = stocked_channels.channel
where sales.cost_amount is not null
group by all
