-- grain: one row per customer with a first order up to the as-of date, on its day
-- purpose: acquisition cost; the channel is that of the customer's first lead
-- $1 is the as-of date, $2 the scope of what nobody owns
with
first_touches as (
    {% include "marts/first_touch.sql" %}
),

accounts as (select * from account),

purchases as (
    {% include "marts/" ~ purchases ~ ".sql" %}
),

first_purchases as (
    select
        account_id,
        min(purchased_on) as purchased_on,
        arg_min(order_id, (purchased_on, order_id)) as order_id
    from purchases
    group by account_id
)

select
    first_purchases.purchased_on as occurred_on,
    cast(null as varchar) as region,
    accounts.owner_rep_id as rep_id,
    cast(null as varchar) as product_line,
    coalesce(first_touches.channel, $2) as channel,
    first_purchases.account_id,
    first_purchases.order_id as first_order_id
from first_purchases
left join first_touches on first_purchases.account_id = first_touches.account_id
left join accounts on first_purchases.account_id = accounts.account_id
