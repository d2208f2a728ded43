-- Purpose: how much of what was known of a source a batch has closed without a successor.
-- Grain: one row. Parameters: source, load_number (first of the batch), known_at (its arrival).
with opened as (
    select {{ key | list }} from {{ ("core." ~ entity) | quoted }}
    where source = $source and load_number >= $load_number and known_to is null
),

closed as (
    select {{ key | list }} from {{ ("core." ~ entity) | quoted }}
    where source = $source and load_number < $load_number and known_to >= $known_at
),

gone as (
    select closed.*
    from closed
    where not exists (select 1 from opened where {{ key | equal("opened", "closed") }})
)

select
    (
        select count(*) from {{ ("core." ~ entity) | quoted }}
        where
            source = $source
            and load_number < $load_number
            and (known_to is null or known_to >= $known_at)
    ) as known_rows,
    (select count(*) from gone) as gone_rows,
    (select min(concat_ws(' / ', {{ key | list("gone") }})) from gone) as example
