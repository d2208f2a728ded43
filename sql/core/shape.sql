-- Purpose: columns of the contracts and their types (the empty frame `shape`).
-- Grain: one row per column.
describe
select * from shape
