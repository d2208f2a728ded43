-- Purpose: the columns of an entity straight from a delimited file, typed while it is parsed; raises
-- where a cell is no plain value of its type. Columns of the file are c1 … cn. Grain: one row per
-- row of the file. Parameters: path, delimiter, quote, nulls, header, skip, the constants k1 … kn,
-- and, where the rows will be the core table itself, source, load_number and known_at.
insert into {{ table | quoted }} by name
select
    {% for column in columns if column.is_given %}
    {% if column.mapped %}
    case
        when arriving.{{ column.origin | quoted }} is null then null
        else coalesce(${{ column.parameter }}[arriving.{{ column.origin | quoted }}], error('no such value'))
    end as {{ column.name | quoted }},
    {% elif column.parameter %}
    cast(${{ column.parameter }} as {{ column.type }}) as {{ column.name | quoted }},
    {% else %}
    {{ "-" if column.is_negative else "" }}arriving.{{ column.origin | quoted }} as {{ column.name | quoted }},
    {% endif %}
    {% endfor %}
    {% if is_core %}
    $source as source,
    cast($load_number as bigint) as load_number,
    cast($known_at as timestamp) as known_from,
    cast(null as timestamp) as known_to,
    {% endif %}
    cast(0 as bigint) as row_number
from
    {% include "staging/bulk_file.sql" %} as arriving
