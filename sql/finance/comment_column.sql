-- Purpose: say in the file itself what a column holds. Grain: none.
comment on column finance_file.{{ table | quoted }}.{{ column | quoted }} is '{{ text }}'
