-- Purpose: every version of an entity that was known by an instant, with its system time.
-- Grain: one row per key and version. Parameters: known_at.
select
    {{ columns | list("version") }},
    version.known_from,
    case when version.known_to <= $known_at then version.known_to end as known_to
from {{ ("core." ~ entity) | quoted }} as version
where version.known_from <= $known_at
order by {{ key | list("version") }}, version.known_from
