-- Purpose: a table of operations as it stands. Grain: one row per key of the table.
select {{ columns | list("entry") }}
from {{ ("ops." ~ table) | quoted }} as entry
order by {{ key | list("entry") }}
