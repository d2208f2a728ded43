-- Purpose: the schemas of the warehouse, one a layer. Grain: none.
create schema if not exists {{ schema | quoted }}
