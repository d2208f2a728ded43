-- Purpose: what the entity asks of its rows, counted in one pass: rows, rows that break a rule or
-- need a closer look, and how many values each column has. Grain: one row.
-- Parameters: the blanks that are in the file, the words and bounds of the columns.
select
    count(*) as rows,
    {% for column in columns %}
    count(arriving.{{ column.name | quoted }}) as {{ ("filled_" ~ column.name) | quoted }},
    {% endfor %}
    count(*) filter (
        where
        {% for column in columns if column.is_required %}
        arriving.{{ column.name | quoted }} is null or
        {% endfor %}
        {% for column in columns if column.origin %}
        {% if column.kind == "text" %}
        {% for blank in blanks %}
        starts_with(arriving.{{ column.name | quoted }}, ${{ blank }}) or
        ends_with(arriving.{{ column.name | quoted }}, ${{ blank }}) or
        {% endfor %}
        {% elif column.kind == "day" %}
        -- outside these lie years of two digits, and what is read from 'infinity' and 'epoch'
        arriving.{{ column.name | quoted }} not between date '1900-01-02' and date '2999-12-31' or
        {% elif column.kind == "number" %}
        abs(arriving.{{ column.name | quoted }}) >= 1000000000000000 or
        {% endif %}
        {% endfor %}
        {% for column in columns if column.least %}
        arriving.{{ column.name | quoted }} < cast(${{ column.least }} as {{ column.type }}) or
        {% endfor %}
        {% for column in columns if column.words %}
        not list_contains(${{ column.words }}, arriving.{{ column.name | quoted }}) or
        {% endfor %}
        false
    ) as odd
from {{ table | quoted }} as arriving
