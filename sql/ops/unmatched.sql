-- Purpose: values of a column that the entity it refers to does not have, and what is at stake.
-- Grain: one row per source and value, those with most at stake; the others of a source together
-- in one row without a value. Parameter: shown (values named per source).
with fact as (
    select * from {{ ("core." ~ entity) | quoted }} where known_to is null
),

target as (
    {% for name in target_columns -%}
    {% if not loop.first %}union {% endif -%}
    select distinct {{ name | quoted }} as reference
    from {{ ("core." ~ target) | quoted }}
    where known_to is null and {{ name | quoted }} is not null
    {% endfor -%}
),

unmatched as (
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
),

placed as (
    select
        unmatched.*,
        row_number() over (
            partition by unmatched.source
            order by abs(unmatched.at_stake) desc nulls last, unmatched.rows desc, unmatched.value
        ) as place
    from unmatched
)

select
    placed.source,
    case when placed.place <= $shown then placed.value end as value,
    cast(sum(placed.rows) as bigint) as rows,
    cast(sum(placed.at_stake) as decimal(18, 4)) as at_stake,
    count(*) as values
from placed
group by placed.source, case when placed.place <= $shown then placed.value end
order by placed.source, min(placed.place)
