-- grain: that of `document_row`
-- purpose: documents as they are counted: the customer by a number, and the name of a document only
--          where it has several rows, which must be told apart from other documents
with
customers as (
    select
        account_id,
        row_number() over () as customer
    from document_row
    where account_id is not null
    group by account_id
),

parted as (
    select order_id from document_row
    group by order_id
    having count(*) > 1
)

select
    parted.order_id as document,
    cast(customers.customer as integer) as customer,
    document_row.occurred_on,
    document_row.region,
    document_row.team,
    document_row.rep,
    document_row.channel,
    document_row.marks,
    document_row.lines
from document_row
left join customers on document_row.account_id = customers.account_id
left join parted on document_row.order_id = parted.order_id
