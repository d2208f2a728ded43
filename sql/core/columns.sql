-- Purpose: the columns a table has. Grain: one row per column. Parameters: schema, table.
select columns.column_name as column_name
from information_schema.columns as columns
where columns.table_schema = $schema and columns.table_name = $table
