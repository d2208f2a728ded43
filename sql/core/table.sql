-- Purpose: a core table, its business columns taken from the contract (the empty frame `shape`).
-- Grain: one row per key and version; known_to is null while the version is current.
create table if not exists {{ ("core." ~ entity) | quoted }} as
select
    {{ columns | list("shape") }},
    cast(null as varchar) as source,
    cast(null as bigint) as row_number,
    cast(null as bigint) as load_number,
    cast(null as timestamp) as known_from,
    cast(null as timestamp) as known_to
from shape
limit 0
