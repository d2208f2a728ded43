-- Purpose: how many versions of a source are current. Grain: one row. Parameter: source.
select count(*) as versions
from {{ ("core." ~ entity) | quoted }} as version
where version.known_to is null and version.source = $source
