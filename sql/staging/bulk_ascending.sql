-- Purpose: whether each key is greater than the one before it, as in most exports; then none occurs
-- twice, and nothing has to be counted. Grain: one row.
with following as (
    select
        {{ key | list("arriving") }},
        {% for column in key %}
        lag(arriving.{{ column | quoted }}) over () as {{ ("before_" ~ column) | quoted }}{{ "" if loop.last else "," }}
        {% endfor %}
    from {{ table | quoted }} as arriving
)

select
    count(*) filter (
        where not coalesce(
            {% for column in key %}
            (
                {% for other in key[:loop.index0] %}
                following.{{ other | quoted }} = following.{{ ("before_" ~ other) | quoted }} and
                {% endfor %}
                following.{{ column | quoted }} > following.{{ ("before_" ~ column) | quoted }}
            ){{ "" if loop.last else " or" }}
            {% endfor %},
            false
        )
    ) <= 1 as is_ascending
from following
