-- grain: one row per instalment, or invoice without a payment plan, due up to the as-of date
-- purpose: what should have been paid by now (D-30): due comes from the payment plan, else from
--          the invoice; a credit note counts when it is due, else on its own date; void documents
--          and invoices nobody gave a due date count for nothing
-- $1 is the as-of date
with
payment_plans as (select * from payment_plan),

planned_orders as (
    select distinct order_id from payment_plans
    where order_id is not null
),

planned_contracts as (
    select distinct contract_id from payment_plans
    where contract_id is not null
),

invoices as (
    select
        *,
        case when gross_amount < 0 then coalesce(due_on, invoiced_on) else due_on end as owed_on
    from invoice
    where not coalesce(is_cancelled, false)
),

due_documents as (
    select
        due_on as occurred_on,
        rep_id,
        channel,
        account_id,
        instalment_id as document_id,
        amount
    from payment_plans
    union all
    select
        invoices.owed_on as occurred_on,
        invoices.rep_id,
        invoices.channel,
        invoices.account_id,
        invoices.invoice_id as document_id,
        invoices.gross_amount as amount
    from invoices
    left join planned_orders on invoices.order_id = planned_orders.order_id
    left join planned_contracts on invoices.contract_id = planned_contracts.contract_id
    where planned_orders.order_id is null and planned_contracts.contract_id is null
)

select
    due_documents.occurred_on,
    cast(null as varchar) as region,
    due_documents.rep_id,
    cast(null as varchar) as product_line,
    due_documents.channel,
    due_documents.account_id,
    due_documents.document_id,
    due_documents.amount
from due_documents
where due_documents.occurred_on <= $1
