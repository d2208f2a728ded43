-- Purpose: new keys of a batch that are known ones but for zeros in front or decimals behind, and
-- new keys in scientific notation: what a spreadsheet does to long numbers.
-- Grain: one row. Parameters: source, load_number (first of the batch), known_at (its arrival).
with opened as (
    select {{ key | list }} from {{ ("core." ~ entity) | quoted }}
    where source = $source and load_number >= $load_number and known_to is null
),

closed as (
    select {{ key | list }} from {{ ("core." ~ entity) | quoted }}
    where source = $source and load_number < $load_number and known_to >= $known_at
),

new_key as materialized (
    select
        opened.*,
        try_cast(opened.{{ column | quoted }} as hugeint) as number
    from opened
    where not exists (select 1 from closed where {{ key | equal("closed", "opened") }})
),

known as (
    select
        {{ key | list }},
        try_cast({{ column | quoted }} as hugeint) as number
    from {{ ("core." ~ entity) | quoted }}
    where
        source = $source
        and load_number < $load_number
        and (known_to is null or known_to >= $known_at)
        and exists (select 1 from new_key where new_key.number is not null)
),

alike as (
    select
        new_key.{{ column | quoted }} as new_value,
        min(known.{{ column | quoted }}) as known_value
    from new_key
    inner join known on new_key.number = known.number
    where
        new_key.{{ column | quoted }} <> known.{{ column | quoted }}
        {% for text in texts -%}
        and coalesce(
            cast(try_cast(new_key.{{ text | quoted }} as hugeint) as varchar),
            new_key.{{ text | quoted }}
        ) = coalesce(
            cast(try_cast(known.{{ text | quoted }} as hugeint) as varchar),
            known.{{ text | quoted }}
        )
        {% endfor -%}
        {% if others %}and {{ others | equal("new_key", "known") }}{% endif %}
    group by new_key.{{ column | quoted }}
)

select
    (select count(*) from new_key) as new_rows,
    (
        select count(*) from new_key
        where regexp_full_match({{ column | quoted }}, '[0-9](\.[0-9]+)?[eE]\+?[0-9]+')
    ) as scientific_rows,
    count(*) as alike_values,
    min(alike.new_value) as new_example,
    arg_min(alike.known_value, alike.new_value) as known_example,
    min(length(alike.known_value)) as shortest,
    max(length(alike.known_value)) as longest
from alike
