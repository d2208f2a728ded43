-- Purpose: the columns of a core table that no export has given yet: generated, always null.
-- Grain: one row per column.
select
    found.column_name,
    found.data_type
from duckdb_columns() as found
where
    found.database_name = current_database()
    and found.schema_name = 'core'
    and found.table_name = '{{ entity }}'
    and found.is_generated
order by found.column_index
