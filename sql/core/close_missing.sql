-- Purpose: end the versions of a source whose key its snapshot no longer has (`present`).
-- Parameters: known_at, source.
update {{ ("core." ~ entity) | quoted }} as version
set known_to = $known_at
where
    version.known_to is null
    and version.source = $source
    and not exists (
        select 1 from present where {{ key | equal("version", "present") }}
    )
