-- Purpose: how many rows have to be read the thorough way. Grain: one row.
select count(*) as odd
from arrived_texts as arrived
where arrived.is_odd
