-- Purpose: add rows that were typed the thorough way (the frame `mended`). Grain: one row per row.
-- Parameters: source, load_number and known_at, where the rows will be the core table.
insert into {{ table | quoted }} by name
select
    {% for column in columns if column.is_given %}
    mended.{{ column.name | quoted }},
    {% endfor %}
    {% if is_core %}
    $source as source,
    cast($load_number as bigint) as load_number,
    cast($known_at as timestamp) as known_from,
    {% endif %}
    mended.row_number
from mended
