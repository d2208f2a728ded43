-- Purpose: one published table. Grain: that of the frame it is made from.
create table finance_file.{{ table | quoted }} as
select * from frame
