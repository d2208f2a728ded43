-- Purpose: a core table, its business columns and their types taken from the contract.
-- Grain: one row per key and version; known_to is null while the version is current.
create table if not exists {{ table | quoted }} (
    {% for column, type in columns.items() %}
    {{ column | quoted }} {{ type }},
    {% endfor %}
    source varchar,
    row_number bigint,
    load_number bigint,
    known_from timestamp,
    known_to timestamp
)
