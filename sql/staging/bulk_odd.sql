-- Purpose: the rows whose cells have to be read the thorough way. Grain: one row per such row.
-- Parameter: first (row of the first).
select
    arrived.rowid + $first as row_number,
    {{ cells | list("arrived") }}
from arrived_texts as arrived
where arrived.is_odd
order by row_number
