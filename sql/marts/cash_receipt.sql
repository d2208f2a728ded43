-- grain: one row per payment received up to the as-of date
-- purpose: cash collected; who is credited stands on the payment, else on the invoice it pays
-- $1 is the as-of date, $2 the scope of what nobody owns
with
payments as (
    select * from payment
    where paid_on <= $1
),

invoices as (select * from invoice),

accounts as (select * from account),

assignments as (select * from assignment),

credited_payments as (
    select
        payments.payment_id,
        payments.paid_on,
        payments.amount,
        payments.channel,
        coalesce(payments.account_id, invoices.account_id) as account_id,
        coalesce(payments.rep_id, invoices.rep_id) as rep_id
    from payments
    left join invoices on payments.invoice_id = invoices.invoice_id
),

owned_payments as (
    select
        credited_payments.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (
            assignments.valid_to is null or credited_payments.paid_on <= assignments.valid_to
        ) as is_owned
    from credited_payments
    asof left join assignments
        on
            credited_payments.rep_id = assignments.rep_id
            and credited_payments.paid_on >= assignments.valid_from
)

select
    owned_payments.paid_on as occurred_on,
    coalesce(
        case when owned_payments.is_owned then owned_payments.own_region end,
        accounts.region,
        $2
    ) as region,
    coalesce(
        case when owned_payments.is_owned then owned_payments.own_team end, $2
    ) as team,
    coalesce(owned_payments.rep_id, $2) as rep,
    $2 as product_line,
    coalesce(owned_payments.channel, accounts.channel, $2) as channel,
    owned_payments.account_id,
    owned_payments.payment_id,
    owned_payments.amount
from owned_payments
left join accounts on owned_payments.account_id = accounts.account_id
