-- Purpose: the staged rows that are new or differ from the version that is current.
-- Grain: one row per key.
create or replace temp table changed as
with current_version as (
    select * from {{ ("core." ~ entity) | quoted }} where known_to is null
)

select staged.*
from staged
left join current_version on {{ key | equal("staged", "current_version") }}
where
    current_version.known_from is null
    or {{ content | distinct("staged", "current_version") }}
