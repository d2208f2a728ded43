-- Purpose: the typed rows of one file, where set-based steps can reach them.
-- Grain: one row per key of the file.
create or replace temp table staged as
select * from typed
