-- grain: one row a published table with the rows it really holds
select
    table_name as name,
    estimated_size as row_count
from duckdb_tables()
where
    database_name = 'finance_file'
    and schema_name = 'finance'
order by name
