-- Purpose: say in the file itself what a table holds. Grain: none.
comment on table finance_file.finance.{{ table | quoted }} is '{{ text }}'
