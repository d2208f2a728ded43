-- Purpose: the days that each new file of a batch covers and those that were known before.
-- Grain: one row per file of which no row was known. Parameters: source, load_number (first of
-- the batch).
with version as (
    select
        load_number,
        {{ day | quoted }} as occurred_on
    from {{ ("core." ~ entity) | quoted }}
    where source = $source
),

known as (
    select
        min(occurred_on) as first_on,
        max(occurred_on) as last_on
    from version
    where load_number < $load_number
),

stated as (
    select
        file.file_name,
        file.rows_unchanged,
        min(version.occurred_on) as first_on,
        max(version.occurred_on) as last_on
    from version
    inner join ops.file as file on version.load_number = file.load_number
    where version.load_number >= $load_number
    group by file.load_number, file.file_name, file.rows_unchanged
)

select
    stated.file_name,
    stated.first_on,
    stated.last_on,
    known.first_on as known_first_on,
    known.last_on as known_last_on
from stated
cross join known
where
    stated.rows_unchanged = 0
    and stated.first_on is not null
    and known.first_on is not null
order by stated.file_name
