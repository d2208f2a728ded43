-- grain: one row per day, scopes of a cut (who sold, through what, or what) and marks
-- purpose: the rows of a fact that are alike for every measure put together: `marks` has one bit
--          for each measure that may count a row and each column that may say something; the
--          columns of other cuts are null
-- $1 is the as-of date, $2 the scope of what nobody owns; the others are what marks compare with
{%- set name_type = "scope_name" %}
with
scoped_rows as (
    {% include "marts/scoped.sql" %}
),

marked_rows as (
    select
        scoped_rows.occurred_on,
        scoped_rows.region,
        scoped_rows.team,
        scoped_rows.rep,
        scoped_rows.channel,
        scoped_rows.product_line,
        {% for amount in sums %}
        scoped_rows.{{ amount | quoted }},
        {% endfor %}
        cast(
            0
            {%- for bit, mark in marks.items() %}
            + case when {{ mark }} then {{ bit }} else 0 end
            {%- endfor %} as bigint
        ) as marks
    from scoped_rows
    {% if needs_periods %}
    left join period_of_day on scoped_rows.occurred_on = period_of_day.day
    {% endif %}
)

select
    occurred_on,
    region,
    team,
    rep,
    channel,
    product_line,
    marks,
    {% for amount, type in sums.items() %}
    cast(sum({{ amount | quoted }}) as {{ type }}) as {{ amount | quoted }},
    {% endfor %}
    count(*) as {{ "rows" | quoted }}
from marked_rows
group by grouping sets (
    (occurred_on, region, team, rep, marks),
    (occurred_on, channel, marks),
    (occurred_on, product_line, marks)
)
