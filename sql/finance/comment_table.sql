-- purpose: say in the file itself what a table holds
comment on table finance_file.finance.{{ name }} is '{{ text }}'
