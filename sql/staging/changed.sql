-- Purpose: the staged rows that are new or differ from the version that is current, told by a 64-bit
-- fingerprint of what is beside the key. Grain: one row per key.
create or replace temp table changed as
with current_version as (
    select
        {{ key | list("version") }},
        hash({{ content | list("version") }}) as fingerprint
    from {{ ("core." ~ entity) | quoted }} as version
    where version.known_to is null
)

select staged.*
from staged
left join current_version on {{ key | equal("staged", "current_version") }}
where
    current_version.fingerprint is null
    or current_version.fingerprint <> hash({{ content | list("staged") }})
