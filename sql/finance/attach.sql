-- Purpose: a finance file that every client from DuckDB 1.1 on can read. Grain: none.
attach '{{ path }}' as finance_file (storage_version 'v1.0.0', read_write)
