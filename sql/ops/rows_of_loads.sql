-- Purpose: rows of `file` or `reject` from one load on. Parameter: load_number.
select loaded.*
from {{ ("ops." ~ table) | quoted }} as loaded
where loaded.load_number >= $load_number
order by all
