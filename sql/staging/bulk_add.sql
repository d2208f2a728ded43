-- Purpose: add rows that were typed the thorough way (the frame `mended`). Grain: one row per row.
-- Parameters: source, file_id, load_number and known_at, where the rows will be the core table.
insert into {{ table | quoted }} by name
select
    mended.*
    {% if is_core %},
    $source as source,
    $file_id as file_id,
    cast($load_number as bigint) as load_number,
    cast($known_at as timestamp) as known_from
    {% endif %}
from mended
