-- grain: that of the fact
-- purpose: what is needed of the rows of a fact to put like ones together: for its day the first of
--          the stretch of days that nothing tells apart; `marks` has one bit for each measure that
--          may count the row and each column that may say something, `counted` one for each measure
--          that may count the document or its customer
-- $1 is the as-of date, $2 the scope of what nobody owns; the others are what marks compare with
{%- set name_type = "scope_name" %}
with
scoped_rows as (
    {% include "marts/scoped.sql" %}
)

select
    coalesce(period_of_day.stretch_on, scoped_rows.occurred_on) as occurred_on,
    scoped_rows.region,
    scoped_rows.team,
    scoped_rows.rep,
    scoped_rows.channel,
    scoped_rows.product_line,
    {% for amount in sums %}
    scoped_rows.{{ amount | quoted }},
    {% endfor %}
    {% if counted %}
    scoped_rows.order_id,
    scoped_rows.customer,
    cast(
        0
        {%- for bit, mark in counted.items() %}
        | case when {{ mark }} then {{ bit }} else 0 end
        {%- endfor %} as bigint
    ) as counted,
    {% endif %}
    cast(
        0
        {%- for bit, mark in marks.items() %}
        | case when {{ mark }} then {{ bit }} else 0 end
        {%- endfor %} as bigint
    ) as marks
from scoped_rows
left join period_of_day on scoped_rows.occurred_on = period_of_day.day
