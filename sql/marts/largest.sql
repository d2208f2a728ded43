-- grain: one row
-- purpose: how many rows the largest core table has, every version counted, as the database knows
--          without looking
select coalesce(max(estimated_size), 0) as most_rows
from duckdb_tables()
where schema_name = 'core'
