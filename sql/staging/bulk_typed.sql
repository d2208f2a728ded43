-- Purpose: the columns of an entity out of texts that are plain values. Grain: one row per plain row.
-- Parameters: first (row of the first), date_format, the constants and maps, and, where the rows
-- will be the core table itself, source, file_id, load_number and known_at.
create or replace {{ "" if is_core else "temp " }}table {{ table | quoted }} as
select
    {% for column in columns %}
    {% if column.mapped %}
    ${{ column.parameter }}[arrived.{{ column.origin | quoted }}] as {{ column.name | quoted }},
    {% elif column.parameter %}
    cast(${{ column.parameter }} as {{ column.type }}) as {{ column.name | quoted }},
    {% elif column.origin and column.kind == "day" %}
    cast(strptime(arrived.{{ column.origin | quoted }}, $date_format) as date) as {{ column.name | quoted }},
    {% elif column.origin %}
    {{ "-" if column.is_negative else "" }}cast(arrived.{{ column.origin | quoted }} as {{ column.type }}) as {{ column.name | quoted }},
    {% else %}
    cast(null as {{ column.type }}) as {{ column.name | quoted }},
    {% endif %}
    {% endfor %}
    {% if is_core %}
    $source as source,
    $file_id as file_id,
    {% endif %}
    arrived.rowid + $first as row_number
    {% if is_core %},
    cast($load_number as bigint) as load_number,
    cast($known_at as timestamp) as known_from,
    cast(null as timestamp) as known_to
    {% endif %}
from arrived_texts as arrived
where not arrived.is_odd
