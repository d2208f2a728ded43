-- grain: that of `document_row`
-- purpose: documents as they are counted: the name of a document only where it has several rows,
--          which must be told apart from other documents
with
parted as (
    select order_id from document_row
    group by order_id
    having count(*) > 1
)

select
    parted.order_id as document,
    document_row.customer,
    document_row.occurred_on,
    document_row.region,
    document_row.team,
    document_row.rep,
    document_row.channel,
    document_row.marks,
    document_row.lines
from document_row
left join parted on document_row.order_id = parted.order_id
