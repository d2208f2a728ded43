-- Purpose: a table of operations, its columns and their types taken from the contract.
create table if not exists {{ table | quoted }} (
    {% for column, type in columns.items() %}
    {{ column | quoted }} {{ type }}{{ "," if not loop.last }}
    {% endfor %}
)
