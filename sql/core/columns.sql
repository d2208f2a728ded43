-- Purpose: the columns that the tables of the database have. Grain: one row per column.
select
    found.schema_name,
    found.table_name,
    found.column_name
from duckdb_columns() as found
where found.database_name = current_database()
