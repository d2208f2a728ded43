-- Purpose: drop the findings of some rules, of one source or (source null) of all.
-- Parameters: rules, source.
delete from {{ "ops.finding" | quoted }} as finding
where
    list_contains($rules, finding.rule)
    and ($source is null or finding.source = $source)
