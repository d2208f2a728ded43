-- grain: one row per document, customer, day, scopes but the product line, and marks
-- purpose: the lines of documents that measures count distinct, put together: the product lines are
--          the bits of `lines` (by the table `line_bit`), `marks` has one bit for each measure that
--          may count the document or its customer
-- $1 is the as-of date, $2 the scope of what nobody owns; the others are what marks compare with
{%- set name_type = "scope_name" %}
create or replace temp table document_row as
with
scoped_rows as (
    {% include "marts/scoped.sql" %}
),

marked_rows as (
    select
        scoped_rows.order_id,
        scoped_rows.account_id,
        scoped_rows.occurred_on,
        scoped_rows.region,
        scoped_rows.team,
        scoped_rows.rep,
        scoped_rows.channel,
        line_bit.bit,
        cast(
            0
            {%- for bit, mark in marks.items() %}
            + case when {{ mark }} then {{ bit }} else 0 end
            {%- endfor %} as bigint
        ) as marks
    from scoped_rows
    left join line_bit on scoped_rows.product_line = cast(line_bit.product_line as scope_name)
)

select
    order_id,
    account_id,
    occurred_on,
    region,
    team,
    rep,
    channel,
    marks,
    bit_or(bit) as lines
from marked_rows
where marks > 0
group by all
