-- Purpose: one entity as it was known at an instant, without the columns of system time.
-- Grain: one row per key.
create or replace temp view {{ entity | quoted }} as
select {{ columns | list("version") }}
from {{ ("core." ~ entity) | quoted }} as version
where
    version.known_from <= {{ known_at | instant }}
    and (version.known_to is null or version.known_to > {{ known_at | instant }})
