-- Purpose: one entity of the plan as it stands, each row with the source it came from.
-- Grain: one row per key.
select
    version.source,
    {{ columns | list("version") }}
from {{ ("core." ~ entity) | quoted }} as version
where version.known_to is null
