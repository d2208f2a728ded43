-- Purpose: the typed rows of a large file, where set-based steps look for them.
-- Grain: one row per key of the file.
create or replace temp view staged as
select * from {{ table | quoted }}
