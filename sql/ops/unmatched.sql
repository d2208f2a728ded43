-- Purpose: values of a column that the entity it refers to does not have, and what is at stake.
-- Grain: one row per source and value.
with fact as (
    select * from {{ ("core." ~ entity) | quoted }} where known_to is null
),

target as (
    select distinct {{ target_column | quoted }} as reference
    from {{ ("core." ~ target) | quoted }}
    where known_to is null
)

select
    fact.source as source,
    fact.{{ column | quoted }} as value,
    count(*) as rows,
    {% if amount %}cast(sum(fact.{{ amount | quoted }}) as decimal(18, 4)){% else %}cast(null as decimal(18, 4)){% endif %} as at_stake
from fact
where
    fact.{{ column | quoted }} is not null
    and exists (select 1 from target)
    and not exists (select 1 from target where target.reference = fact.{{ column | quoted }})
group by fact.source, fact.{{ column | quoted }}
order by abs(at_stake) desc nulls last, rows desc, value
