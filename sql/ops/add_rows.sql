-- Purpose: add rows (the frame `arriving`) to a table of operations.
insert into {{ ("ops." ~ table) | quoted }} by name
select * from arriving
