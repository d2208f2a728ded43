-- Purpose: typed rows into a core table that is only looked at (`check`), all of them current.
-- Grain: one row per key of each file.
insert into {{ ("core." ~ entity) | quoted }} by name
select * from typed
