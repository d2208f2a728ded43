-- Purpose: a table of operations, its columns taken from the contract (the empty frame `shape`).
create table if not exists {{ ("ops." ~ table) | quoted }} as
select {{ columns | list("shape") }}
from shape
limit 0
