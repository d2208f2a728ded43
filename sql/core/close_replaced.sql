-- Purpose: end the versions that a changed row replaces. Parameter: known_at.
update {{ ("core." ~ entity) | quoted }} as version
set known_to = $known_at
from changed
where version.known_to is null and {{ key | equal("version", "changed") }}
