-- Purpose: what an entity holds of each source as known at an instant, and how recent it is by its
-- main date (none: undated). A row without known_from was only looked at (`check`).
-- Grain: one row per source. Parameters: known_at, first_day and last_day of the reviewed week.
with version as (
    select
        known.source,
        {% if main_date %}known.{{ main_date | quoted }}{% else %}cast(null as date){% endif %} as occurred_on
    from {{ ("core." ~ entity) | quoted }} as known
    where
        (known.known_from is null or known.known_from <= $known_at)
        and (known.known_to is null or known.known_to > $known_at)
)

select
    version.source,
    count(*) as known_rows,
    max(version.occurred_on) filter (version.occurred_on <= $last_day) as newest_on,
    count(*) filter (version.occurred_on between $first_day and $last_day) as week_rows,
    count(distinct date_diff('day', version.occurred_on, $first_day - 1) // 7)
    filter (version.occurred_on between $first_day - 56 and $first_day - 1) as active_weeks
from version
group by version.source
order by version.source
