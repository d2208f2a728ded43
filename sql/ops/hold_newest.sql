-- Purpose: the newest day, not after the arrival, of the rows from one load on, else of all that
-- the source knows. Grain: one row. Parameters: source, load_number, arrived_on.
select
    coalesce(
        max(version.{{ day | quoted }}) filter (where version.load_number >= $load_number),
        max(version.{{ day | quoted }})
    ) as newest_on
from {{ ("core." ~ entity) | quoted }} as version
where
    version.source = $source
    and version.known_to is null
    and version.{{ day | quoted }} <= $arrived_on
