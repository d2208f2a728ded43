-- grain: one row per stretch of days, scopes of a cut (who sold, through what, or what) and marks
-- purpose: the rows of a fact that are alike for every measure put together; the columns of other
--          cuts are null; the rows are marked here, unless they are kept in `marked_row`
-- $1 is the as-of date, $2 the scope of what nobody owns; the others are what marks compare with
{% if not counted %}
    with
    marked_row as (
        {% include "marts/marked.sql" %}
    )

{% endif %}
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
from marked_row
group by grouping sets (
    (occurred_on, region, team, rep, marks),
    (occurred_on, channel, marks),
    (occurred_on, product_line, marks)
)
