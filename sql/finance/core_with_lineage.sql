-- Purpose: an entity as known at an instant, each row with its line in its file.
-- Grain: one row per key. Parameters: known_at.
select
    {{ columns | list("version") }},
    version.source,
    version.row_number,
    version.known_from,
    load.file_name as file_name
from {{ ("core." ~ entity) | quoted }} as version
left join ops.file as load on version.load_number = load.load_number
where
    version.known_from <= $known_at
    and (version.known_to is null or version.known_to > $known_at)
order by {{ key | list("version") }}
