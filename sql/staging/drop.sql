-- Purpose: drop a table that is needed no more.
drop table if exists {{ table | quoted }}
