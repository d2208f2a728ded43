-- Purpose: changed rows whose current version came from another source: two sources fill the
-- same key. Grain: one row per other source. Parameter: source.
select
    version.source as other_source,
    count(*) as rows,
    min(concat_ws(' / ', {{ key | list("changed") }})) as example
from changed
inner join {{ ("core." ~ entity) | quoted }} as version
    on version.known_to is null and {{ key | equal("version", "changed") }}
where version.source <> $source
group by version.source
order by version.source
