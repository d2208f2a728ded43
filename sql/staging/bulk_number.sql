-- Purpose: number the rows as a person counts them in the file. Parameter: first (row of the first).
update {{ table | quoted }} as arriving
set row_number = arriving.rowid - (select min(found.rowid) from {{ table | quoted }} as found) + $first
