-- Purpose: the rows one published table really holds. Grain: one row.
select count(*) as row_count
from finance_file.{{ table | quoted }}
