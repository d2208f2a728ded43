-- Purpose: remove the rows that gave way to another of the same key (the frame `gone`: row_number).
delete from {{ table | quoted }} as arrived
using gone
where arrived.row_number = gone.row_number
