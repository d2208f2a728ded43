-- Purpose: the rows of one entity as known at an instant, by key. Grain: one row per key.
select {{ columns | list("version") }}
from {{ ("core." ~ entity) | quoted }} as version
where
    version.known_from <= $known_at
    and (version.known_to is null or version.known_to > $known_at)
order by {{ key | list("version") }}
