-- Purpose: order lines of a week that were sold below the price the commercial terms allow (D-27).
-- Grain: one row per order line. Parameters: first_day, last_day, unassigned.
-- Reads the temporary views of the entities. The price allowed is the lowest share of the list
-- price among the price tiers that the customer's purchases of twelve months reach; a special
-- discount goes lower, and where somebody has to approve it the line is listed as such.
with
order_lines as (select * from order_line),

terms as (select * from commercial_term),

lines as (
    select
        order_lines.order_id,
        order_lines.line_number,
        order_lines.ordered_on,
        order_lines.account_id,
        order_lines.rep_id,
        order_lines.product_id,
        order_lines.quantity,
        order_lines.net_amount,
        product.list_price,
        coalesce(order_lines.product_line, product.product_line) as product_line,
        coalesce(order_lines.channel, account.channel) as channel
    from order_lines
    inner join product on order_lines.product_id = product.product_id
    left join account on order_lines.account_id = account.account_id
    where
        order_lines.ordered_on between $first_day and $last_day
        and order_lines.document_kind = 'sale'
        and order_lines.quantity > 0
        and product.list_price > 0
),

purchases as (
    select
        lines.account_id,
        lines.ordered_on,
        sum(earlier.net_amount) as amount
    from (select distinct account_id, ordered_on from lines) as lines
    inner join order_lines as earlier
        on
            lines.account_id = earlier.account_id
            and earlier.ordered_on <= lines.ordered_on
            and earlier.ordered_on > lines.ordered_on - interval 1 year
    group by lines.account_id, lines.ordered_on
),

fitting as (
    select
        lines.order_id,
        lines.line_number,
        terms.term_id,
        terms.kind,
        terms.value,
        terms.needs_approval_by
    from lines
    inner join terms
        on
            terms.kind in ('price_tier', 'special_discount')
            and lines.ordered_on >= terms.valid_from
            and (terms.valid_to is null or lines.ordered_on <= terms.valid_to)
            and (terms.product_line is null or lines.product_line = terms.product_line)
            and (terms.channel is null or lines.channel = terms.channel)
    left join purchases
        on lines.account_id = purchases.account_id and lines.ordered_on = purchases.ordered_on
    where
        terms.kind = 'special_discount'
        or terms.threshold is null
        or coalesce(purchases.amount, 0) >= terms.threshold
),

governed as (
    -- without any price terms on that day nothing can lie outside of them
    select distinct lines.order_id, lines.line_number
    from lines
    inner join terms
        on
            terms.kind in ('price_tier', 'special_discount')
            and lines.ordered_on >= terms.valid_from
            and (terms.valid_to is null or lines.ordered_on <= terms.valid_to)
            and (terms.product_line is null or lines.product_line = terms.product_line)
            and (terms.channel is null or lines.channel = terms.channel)
),

allowed as (
    select
        governed.order_id,
        governed.line_number,
        coalesce(min(fitting.value) filter (fitting.kind = 'price_tier'), 1) as tier_share,
        arg_min(fitting.term_id, fitting.value) filter (fitting.kind = 'price_tier') as tier_id,
        min(fitting.value) filter (fitting.kind = 'special_discount') as special_share,
        arg_min(fitting.term_id, fitting.value) filter (
            fitting.kind = 'special_discount'
        ) as special_id,
        arg_min(fitting.needs_approval_by, fitting.value) filter (
            fitting.kind = 'special_discount'
        ) as approver
    from governed
    left join fitting
        on
            governed.order_id = fitting.order_id
            and governed.line_number = fitting.line_number
    group by governed.order_id, governed.line_number
),

priced as (
    select
        lines.*,
        allowed.*  exclude (order_id, line_number),
        lines.quantity * lines.list_price as list_amount,
        lines.net_amount >= lines.quantity * lines.list_price * allowed.special_share
            as is_special
    from lines
    inner join allowed
        on lines.order_id = allowed.order_id and lines.line_number = allowed.line_number
    -- half a cent on the whole line is rounding, not a discount
    where lines.net_amount < lines.quantity * lines.list_price * allowed.tier_share - 0.005
)

select
    priced.order_id,
    priced.line_number,
    case when priced.is_special then 'needs_approval' else 'below_terms' end as breach,
    priced.ordered_on,
    priced.account_id,
    coalesce(priced.rep_id, $unassigned) as rep,
    coalesce(
        case
            when assignment.valid_to is null or priced.ordered_on <= assignment.valid_to
                then assignment.team
        end,
        $unassigned
    ) as team,
    priced.product_id,
    priced.net_amount,
    cast(priced.net_amount as double) / cast(priced.list_amount as double) as price_share,
    cast(
        case when priced.is_special then priced.special_share else priced.tier_share end as double
    ) as allowed_share,
    case when priced.is_special then priced.special_id else priced.tier_id end as term_id,
    cast(
        round(priced.list_amount * priced.tier_share - priced.net_amount, 4) as decimal(18, 4)
    ) as short_amount
from priced
asof left join assignment
    on priced.rep_id = assignment.rep_id and priced.ordered_on >= assignment.valid_from
where not (coalesce(priced.is_special, false) and priced.approver is null)
order by priced.order_id, priced.line_number
