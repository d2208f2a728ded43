-- Purpose: the staged rows that are new or differ from the version that is current: those of which
-- no current version has the same two fingerprints (64 bits of the key, 64 of what is beside it).
-- Grain: one row per key.
create or replace temp table changed as
with current_version as (
    select
        hash({{ key | list("version") }}) as key_fingerprint,
        hash({{ content | list("version") }}) as fingerprint
    from {{ ("core." ~ entity) | quoted }} as version
    where version.known_to is null
)

select staged.*
from staged
anti join current_version
    on
        current_version.key_fingerprint = hash({{ key | list("staged") }})
        and current_version.fingerprint = hash({{ content | list("staged") }})
