-- Purpose: how much of what was known of a source a batch has closed without a successor.
-- Grain: one row. Parameters: source, load_number (first of the batch), known_at (its arrival).
with known as (
    select * from {{ ("core." ~ entity) | quoted }}
    where
        source = $source
        and load_number < $load_number
        and (known_to is null or known_to >= $known_at)
),

standing as (
    select {{ key | list }} from {{ ("core." ~ entity) | quoted }}
    where known_to is null
),

gone as (
    select known.*
    from known
    where
        known.known_to is not null
        and not exists (select 1 from standing where {{ key | equal("standing", "known") }})
)

select
    (select count(*) from known) as known_rows,
    (select count(*) from gone) as gone_rows,
    (select min(concat_ws(' / ', {{ key | list("gone") }})) from gone) as example
