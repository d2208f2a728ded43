-- Purpose: a column of a table, gone.
alter table {{ table | quoted }} drop column {{ column | quoted }}
