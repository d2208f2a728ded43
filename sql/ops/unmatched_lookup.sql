-- Purpose: values of a column of one source that its lookup did not give, and what is at stake.
-- Grain: one row per value.
with fact as (
    select * from {{ ("core." ~ entity) | quoted }}
    where
        known_to is null
        and source = $source
),

given as (
    select distinct {{ give | quoted }} as answer
    from {{ ("core." ~ target) | quoted }}
    where known_to is null
)

select
    fact.{{ column | quoted }} as value,
    count(*) as rows,
    {% if amount %}cast(sum(fact.{{ amount | quoted }}) as decimal(18, 4)){% else %}cast(null as decimal(18, 4)){% endif %} as at_stake
from fact
where
    fact.{{ column | quoted }} is not null
    and not exists (select 1 from given where given.answer = fact.{{ column | quoted }})
group by fact.{{ column | quoted }}
order by abs(at_stake) desc nulls last, rows desc, value
