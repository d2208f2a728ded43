-- Purpose: the values that a reference may have. Grain: one row per value.
with target as (
    {% for name in target_columns -%}
    {% if not loop.first %}union {% endif -%}
    select distinct {{ name | quoted }} as reference
    from {{ ("core." ~ target) | quoted }}
    where known_to is null and {{ name | quoted }} is not null
    {% endfor -%}
)

select target.reference
from target
order by target.reference
limit $most
