-- Purpose: say in the file itself what a table holds. Grain: none.
comment on table finance_file.{{ table | quoted }} is '{{ text }}'
