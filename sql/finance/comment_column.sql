-- purpose: say in the file itself what a column holds
comment on column finance_file.finance.{{ name }}.{{ column }} is '{{ text }}'
