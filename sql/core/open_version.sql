-- Purpose: open a version for each changed row. Grain: one row per key and version.
-- Parameters: source, load_number, known_at.
insert into {{ ("core." ~ entity) | quoted }} by name
select
    {{ columns | list("changed") }},
    changed.row_number as row_number,
    $source as source,
    $load_number as load_number,
    $known_at as known_from,
    cast(null as timestamp) as known_to
from changed
