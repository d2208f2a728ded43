-- Purpose: one entity as an export of a past day had it; what that export did not have yet, though
--          its own date says that it was there, as it is known at the instant of the review.
-- Grain: one row per key.
create or replace temp view {{ entity | quoted }} as
with
exported as (
    select {{ columns | list("version") }}
    from {{ ("core." ~ entity) | quoted }} as version
    where
        version.known_from <= {{ exported_at | instant }}
        and (version.known_to is null or version.known_to > {{ exported_at | instant }})
),

known as (
    select {{ columns | list("version") }}
    from {{ ("core." ~ entity) | quoted }} as version
    where
        version.known_from <= {{ known_at | instant }}
        and (version.known_to is null or version.known_to > {{ known_at | instant }})
)

select * from exported
union all by name
select known.*
from known
anti join exported on {{ key | equal("known", "exported") }}
where known.{{ dated | quoted }} is not null
