-- Purpose: the core tables that hold any row. Grain: one row per table.
select found.table_name
from duckdb_tables() as found
where
    found.database_name = current_database()
    and found.schema_name = 'core'
    and found.estimated_size > 0
