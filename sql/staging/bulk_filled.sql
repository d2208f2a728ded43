-- Purpose: how many rows there are, and with a value in each column. Grain: one row.
select
    count(*) as rows
    {% for column in columns %},
    count(arrived.{{ column.name | quoted }}) as {{ ("filled_" ~ column.name) | quoted }}
    {% endfor %}
from {{ table | quoted }} as arrived
