-- Purpose: the values that a reference may have. Grain: one row per value.
select distinct {{ target_column | quoted }} as reference
from {{ ("core." ~ target) | quoted }}
where known_to is null
order by reference
