-- Purpose: columns and types of the contract (the empty frame `shape`). Grain: one row per column.
describe
select * from shape
