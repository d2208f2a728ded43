-- Purpose: the columns of an entity straight from a delimited file, typed while it is parsed; raises
-- where a cell is no plain value of its type. Columns of the file are c1 … cn. Grain: one row per
-- row of the file. Parameters: path, delimiter, quote, nulls, header, skip, the constants k1 … kn,
-- and, where the rows will be the core table itself, source, file_id, load_number and known_at.
create or replace {{ "" if is_core else "temp " }}table {{ table | quoted }} as
select
    {% for column in columns %}
    {% if column.mapped %}
    case
        when arriving.{{ column.origin | quoted }} is null then null
        else coalesce(${{ column.parameter }}[arriving.{{ column.origin | quoted }}], error('no such value'))
    end as {{ column.name | quoted }},
    {% elif column.parameter %}
    cast(${{ column.parameter }} as {{ column.type }}) as {{ column.name | quoted }},
    {% elif column.origin %}
    {{ "-" if column.is_negative else "" }}arriving.{{ column.origin | quoted }} as {{ column.name | quoted }},
    {% else %}
    cast(null as {{ column.type }}) as {{ column.name | quoted }},
    {% endif %}
    {% endfor %}
    {% if is_core %}
    $source as source,
    $file_id as file_id,
    {% endif %}
    cast(null as bigint) as row_number
    {% if is_core %},
    cast($load_number as bigint) as load_number,
    cast($known_at as timestamp) as known_from,
    cast(null as timestamp) as known_to
    {% endif %}
from
    {% include "staging/bulk_file.sql" %} as arriving
