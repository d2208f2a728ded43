-- grain: one row where an entity has any, else none
-- purpose: to leave out what nothing is known for
select 1 as one
from {{ entity | quoted }}
limit 1
