-- Purpose: how many different keys there are, by a 64-bit hash of each: fewer than rows means that
-- a key may occur twice. Grain: one row.
select count(distinct hash({{ key | list("arriving") }})) as keys
from {{ table | quoted }} as arriving
