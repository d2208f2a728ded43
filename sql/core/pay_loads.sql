-- Purpose: the loads of entities that show pay. Grain: one row per load.
select
    load_number,
    source
from ops.file
where entity = any($entities)
order by load_number
