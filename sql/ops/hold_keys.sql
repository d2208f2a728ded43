-- Purpose: new keys of a batch that are known ones but for zeros in front or decimals behind, and
-- new keys in scientific notation: what a spreadsheet does to long numbers.
-- Grain: one row. Parameters: source, load_number (first of the batch), known_at (its arrival).
with opened as (
    select * from {{ ("core." ~ entity) | quoted }}
    where source = $source and load_number >= $load_number and known_to is null
),

known as (
    select * from {{ ("core." ~ entity) | quoted }}
    where
        source = $source
        and load_number < $load_number
        and (known_to is null or known_to >= $known_at)
),

new_key as (
    select opened.*
    from opened
    where not exists (select 1 from known where {{ key | equal("known", "opened") }})
),

alike as (
    select
        {% for name in names -%}
        new_key.{{ name | quoted }} as {{ ("new_" ~ name) | quoted }},
        known.{{ name | quoted }} as {{ ("known_" ~ name) | quoted }},
        {% endfor -%}
        known.row_number as row_number
    from new_key
    inner join known
        on
            {% for name in names -%}
            coalesce(
                cast(try_cast(new_key.{{ name | quoted }} as hugeint) as varchar),
                new_key.{{ name | quoted }}
            ) = coalesce(
                cast(try_cast(known.{{ name | quoted }} as hugeint) as varchar),
                known.{{ name | quoted }}
            ){% if not loop.last or others %} and{% endif %}
            {% endfor -%}
            {{ others | equal("new_key", "known") }}
)

{% for name in names -%}
{% if not loop.first %}union all
{% endif -%}
select
    (select count(*) from opened) as opened_rows,
    (
        select count(*) from opened
        where regexp_full_match(opened.{{ name | quoted }}, '[0-9](\.[0-9]+)?[eE]\+?[0-9]+')
    ) as scientific_rows,
    count(*) filter (where {{ ("new_" ~ name) | quoted }} <> {{ ("known_" ~ name) | quoted }})
        as alike_rows,
    min({{ ("new_" ~ name) | quoted }})
        filter (where {{ ("new_" ~ name) | quoted }} <> {{ ("known_" ~ name) | quoted }})
        as new_example,
    arg_min({{ ("known_" ~ name) | quoted }}, {{ ("new_" ~ name) | quoted }})
        filter (where {{ ("new_" ~ name) | quoted }} <> {{ ("known_" ~ name) | quoted }})
        as known_example,
    min(length({{ ("known_" ~ name) | quoted }})) as shortest,
    max(length({{ ("known_" ~ name) | quoted }})) as longest
from alike
{% endfor %}
