-- Purpose: end the versions of a source whose record its export calls deleted (`deleted`).
-- Parameters: known_at, source.
update {{ ("core." ~ entity) | quoted }} as version
set known_to = $known_at
from deleted
where
    version.known_to is null
    and version.source = $source
    and {{ key | equal("version", "deleted") }}
