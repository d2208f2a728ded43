-- Purpose: a column that the contract has gained since the table was made; null in older rows.
alter table {{ table | quoted }} add column if not exists {{ column | quoted }} {{ type }}
