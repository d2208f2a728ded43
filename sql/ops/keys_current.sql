-- Purpose: which of some keys (the frame `wanted`) have a version that is current, and the load
-- that it came with. Grain: one row per key that has one.
select
    wanted.row_number,
    version.load_number
from wanted
inner join {{ ("core." ~ entity) | quoted }} as version
    on {{ key | equal("wanted", "version") }}
where version.known_to is null
order by wanted.row_number
