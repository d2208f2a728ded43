-- grain: one row per payment received up to the as-of date
-- purpose: cash collected; who is credited stands on the payment, else on the invoice it pays
-- $1 is the as-of date
with
payments as (
    select * from payment
    where paid_on <= $1
),

invoices as (select * from invoice)

select
    payments.paid_on as occurred_on,
    cast(null as varchar) as region,
    coalesce(payments.rep_id, invoices.rep_id) as rep_id,
    cast(null as varchar) as product_line,
    payments.channel,
    coalesce(payments.account_id, invoices.account_id) as account_id,
    payments.payment_id,
    payments.amount
from payments
left join invoices on payments.invoice_id = invoices.invoice_id
