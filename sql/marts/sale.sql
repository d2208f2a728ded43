-- grain: one row per order line up to the as-of date; returns and cancellations negative
-- purpose: sales, margin, orders and customers
-- $1 is the as-of date; the scopes of accounts and products are texts, or values of a type
{%- set name_type = name_type if name_type is defined else "varchar" %}
with
order_lines as not materialized (
    select * from order_line
    where ordered_on <= $1
),

products as (
    select
        product_id,
        life_cycle_stage,
        cast(product_line as {{ name_type }}) as product_line
    from product
),

accounts as (select * from account),

channels as (select * from channel),

product_costs as (
    select
        *,
        coalesce(
            lead(valid_from) over (partition by product_id order by valid_from),
            cast('infinity' as date)
        ) as followed_on
    from product_cost
),

first_orders as (
    select
        account_id,
        min(ordered_on) filter (document_kind = 'sale') as first_ordered_on,
        cast(row_number() over () as integer) as customer
    from order_lines
    where account_id is not null
    group by account_id
),

-- one join for what is known of the customer of a line
customers as (
    select
        coalesce(first_orders.account_id, accounts.account_id) as account_id,
        first_orders.first_ordered_on,
        first_orders.customer,
        accounts.channel,
        cast(accounts.region as {{ name_type }}) as scope_region,
        cast(accounts.channel as {{ name_type }}) as scope_channel,
        accounts.is_key
    from first_orders
    full outer join accounts on first_orders.account_id = accounts.account_id
),

costed_lines as (
    select
        order_lines.*,
        -- the line's own cost, else quantity x the cost valid that day, rounded once to money
        coalesce(
            order_lines.cost_amount,
            case
                when
                    product_costs.valid_to is null
                    or order_lines.ordered_on <= product_costs.valid_to
                    then cast(
                        round(
                            -- 18 digits are one machine word: seven times as fast as more
                            cast(order_lines.quantity as decimal(18, 6))
                            * cast(product_costs.unit_cost as decimal(18, 6)),
                            4
                        ) as decimal(18, 4)
                    )
            end
        ) as known_cost
    from order_lines
    left join product_costs
        on
            order_lines.product_id = product_costs.product_id
            and order_lines.ordered_on >= product_costs.valid_from
            and order_lines.ordered_on < product_costs.followed_on
)

select
    costed_lines.ordered_on as occurred_on,
    costed_lines.region,
    costed_lines.rep_id,
    coalesce(
        try_cast(costed_lines.product_line as {{ name_type }}),
        cast(costed_lines.product_line as {{ name_type }}),
        products.product_line
    ) as product_line,
    costed_lines.channel,
    costed_lines.account_id,
    customers.customer,
    costed_lines.order_id,
    costed_lines.product_id,
    costed_lines.document_kind,
    costed_lines.quantity,
    costed_lines.net_amount,
    costed_lines.known_cost as cost_amount,
    customers.first_ordered_on,
    cast(costed_lines.net_amount - costed_lines.known_cost as decimal(18, 4)) as margin_amount,
    channels.ownership as channel_ownership,
    products.life_cycle_stage,
    customers.is_key as is_key_account,
    customers.scope_region as account_region,
    customers.scope_channel as account_channel
from costed_lines
left join products on costed_lines.product_id = products.product_id
left join customers on costed_lines.account_id = customers.account_id
left join channels on coalesce(costed_lines.channel, customers.channel) = channels.channel
