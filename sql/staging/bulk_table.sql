-- Purpose: the table that a large file is typed into; a column that the export does not give is
-- generated (always null) and takes neither time nor space. Grain: one row per row of the file.
create or replace {{ "" if is_core else "temp " }}table {{ table | quoted }} (
    {% for column in columns %}
    {{ column.name | quoted }} {{ column.type }}
    {%- if not column.is_given %} generated always as (cast(null as {{ column.type }})) virtual{% endif %},
    {% endfor %}
    {% if is_core %}
    source varchar,
    {% endif %}
    row_number bigint
    {% if is_core %},
    load_number bigint,
    known_from timestamp,
    known_to timestamp
    {% endif %}
)
