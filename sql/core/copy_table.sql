-- Purpose: a table of the warehouse in the copy, with every row. Grain: that of the table.
create table readers.{{ table | quoted }} as
select * from source.{{ table | quoted }}
