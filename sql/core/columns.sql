-- Purpose: the columns a table has. Grain: one row per column. Parameters: schema, table.
select found.column_name
from {{ "information_schema.columns" | quoted }} as found
where found.table_schema = $schema and found.table_name = $table
