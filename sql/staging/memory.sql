-- Purpose: bound the memory of the database; past it, joins and sorts work on disk.
set memory_limit = '{{ limit }}'
