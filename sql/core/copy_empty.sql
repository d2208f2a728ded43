-- Purpose: a table of pay in the readers' copy, without a row. Grain: that of the table.
create table readers.{{ table | quoted }} as
select * from source.{{ table | quoted }}
limit 0
