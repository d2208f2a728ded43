-- Purpose: the columns of an entity out of texts that are plain values. Grain: one row per plain row.
-- Parameters: first (row of the first), date_format, the constants and maps, and, where the rows
-- will be the core table itself, source, load_number and known_at.
insert into {{ table | quoted }} by name
select
    {% for column in columns if column.is_given %}
    {% if column.mapped %}
    ${{ column.parameter }}[arrived.{{ column.origin | quoted }}] as {{ column.name | quoted }},
    {% elif column.parameter %}
    cast(${{ column.parameter }} as {{ column.type }}) as {{ column.name | quoted }},
    {% elif column.origin and column.kind == "day" %}
    cast(strptime(arrived.{{ column.origin | quoted }}, $date_format) as date) as {{ column.name | quoted }},
    {% else %}
    {{ "-" if column.is_negative else "" }}cast(arrived.{{ column.origin | quoted }} as {{ column.type }}) as {{ column.name | quoted }},
    {% endif %}
    {% endfor %}
    {% if is_core %}
    $source as source,
    cast($load_number as bigint) as load_number,
    cast($known_at as timestamp) as known_from,
    cast(null as timestamp) as known_to,
    {% endif %}
    arrived.rowid + $first as row_number
from arrived_texts as arrived
where not arrived.is_odd
