-- Purpose: the tables of the warehouse that is copied. Grain: one row per table.
select
    found.schema_name,
    found.table_name
from duckdb_tables() as found
where found.database_name = 'source'
order by all
