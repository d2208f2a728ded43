-- grain: one row per day and channel of sales, and one per spend
-- purpose: channel ROI = (gross profit of the channel − spend) ÷ spend, every sale attributed to
--          the channel of its customer's first lead; sales without such a lead have no part in
--          it, nor have channels on which nothing was ever spent: their profit is no return on
--          the spend of others; like spend it is told apart by channel alone
-- $1 is the as-of date, $2 the scope of what nobody owns
with
first_touches as (
    {% include "marts/first_touch.sql" %}
),

sales as (
    {% include "marts/" ~ sales ~ ".sql" %}
),

spends as (
    {% include "marts/spend.sql" %}
),

profits as (
    select
        sales.occurred_on,
        first_touches.channel,
        cast(sum(sales.margin_amount) as decimal(18, 4)) as profit_amount
    from sales
    inner join first_touches on sales.account_id = first_touches.account_id
    where
        sales.margin_amount is not null
        and first_touches.channel in (select spends.channel from spends)
    group by all
)

select
    occurred_on,
    cast(null as varchar) as region,
    cast(null as varchar) as rep_id,
    cast(null as varchar) as product_line,
    coalesce(channel, $2) as channel,
    cast(null as varchar) as account_id,
    profit_amount,
    cast(null as decimal(18, 4)) as spend_amount,
    profit_amount as return_amount
from profits
union all
select
    occurred_on,
    region,
    rep_id,
    product_line,
    coalesce(channel, $2) as channel,
    account_id,
    cast(null as decimal(18, 4)) as profit_amount,
    amount as spend_amount,
    -amount as return_amount
from spends
