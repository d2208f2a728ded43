-- Purpose: the current values that a cell may be looked up by, and what they give.
-- Grain: one row per different combination; one more than may be, so that too many are noticed.
select distinct {{ columns | list("version") }}
from {{ ("core." ~ entity) | quoted }} as version
where version.known_to is null
order by all
limit $most + 1
