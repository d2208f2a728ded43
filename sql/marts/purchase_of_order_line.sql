-- grain: one row per line of a customer's order up to the as-of date
-- purpose: who bought when
-- $1 is the as-of date
select
    account_id,
    order_id,
    ordered_on as purchased_on
from order_line
where document_kind = 'sale' and account_id is not null and ordered_on <= $1
