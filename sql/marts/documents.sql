-- grain: one row per document, customer, stretch of days, scopes but the product line, and marks
-- purpose: the lines of documents that measures count distinct, put together: the product lines are
--          the bits of `lines` (by the table `line_bit`), `marks` has one bit for each measure that
--          may count the document or its customer
create or replace temp table document_row as
select
    marked_row.order_id,
    marked_row.customer,
    marked_row.occurred_on,
    marked_row.region,
    marked_row.team,
    marked_row.rep,
    marked_row.channel,
    marked_row.counted as marks,
    bit_or(line_bit.bit) as lines
from marked_row
left join line_bit on marked_row.product_line = cast(line_bit.product_line as scope_name)
where marked_row.counted > 0
group by all
