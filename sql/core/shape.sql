-- Purpose: what the database calls the types of some columns (those of the empty frame `shape`).
-- Grain: one row per column.
describe
select * from shape
