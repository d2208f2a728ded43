-- grain: one row per order line up to the as-of date; returns and cancellations negative
-- purpose: sales, margin, orders and customers; scopes of the document's own day (D-29)
-- $1 is the as-of date, $2 the scope of what nobody owns
with
order_lines as (
    select * from order_line
    where ordered_on <= $1
),

accounts as (select * from account),

products as (select * from product),

product_costs as (select * from product_cost),

assignments as (select * from assignment),

first_orders as (
    select
        account_id,
        min(ordered_on) as first_ordered_on
    from order_lines
    where document_kind = 'sale' and account_id is not null
    group by account_id
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
                            cast(order_lines.quantity as decimal(19, 6))
                            * cast(product_costs.unit_cost as decimal(19, 6)),
                            4
                        ) as decimal(18, 4)
                    )
            end
        ) as known_cost
    from order_lines
    asof left join product_costs
        on
            order_lines.product_id = product_costs.product_id
            and order_lines.ordered_on >= product_costs.valid_from
),

owned_lines as (
    select
        costed_lines.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (assignments.valid_to is null or costed_lines.ordered_on <= assignments.valid_to)
            as is_owned
    from costed_lines
    asof left join assignments
        on
            costed_lines.rep_id = assignments.rep_id
            and costed_lines.ordered_on >= assignments.valid_from
)

select
    owned_lines.ordered_on as occurred_on,
    coalesce(
        case when owned_lines.is_owned then owned_lines.own_region end,
        owned_lines.region,
        accounts.region,
        $2
    ) as region,
    coalesce(case when owned_lines.is_owned then owned_lines.own_team end, $2) as team,
    coalesce(owned_lines.rep_id, $2) as rep,
    coalesce(owned_lines.product_line, products.product_line, $2) as product_line,
    coalesce(owned_lines.channel, accounts.channel, $2) as channel,
    owned_lines.account_id,
    owned_lines.order_id,
    owned_lines.product_id,
    owned_lines.document_kind,
    owned_lines.quantity,
    owned_lines.net_amount,
    owned_lines.known_cost as cost_amount,
    first_orders.first_ordered_on,
    owned_lines.net_amount - owned_lines.known_cost as margin_amount
from owned_lines
left join accounts on owned_lines.account_id = accounts.account_id
left join products on owned_lines.product_id = products.product_id
left join first_orders on owned_lines.account_id = first_orders.account_id
