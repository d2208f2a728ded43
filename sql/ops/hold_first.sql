-- Purpose: whether nothing of a source was known before a batch, so that there is nothing to compare
-- it with. Grain: one row. Parameters: source, load_number (first of the batch).
select not exists (
    select 1
    from {{ ("core." ~ entity) | quoted }} as version
    where version.source = $source and version.load_number < $load_number
) as is_first
