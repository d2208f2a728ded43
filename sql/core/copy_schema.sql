-- Purpose: a schema of the copy. Grain: none.
create schema if not exists readers.{{ schema | quoted }}
