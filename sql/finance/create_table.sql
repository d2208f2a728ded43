-- grain: that of the frame; one published table, in its own column order
create table finance_file.finance.{{ name }} as
select * from {{ frame }}
