-- Purpose: the same file into a table of the same types, and nothing else. Grain: one row per line.
create table order_line as
select *
from read_csv(
    '{{ path }}',
    columns = {
        'order_id': 'varchar',
        'line_number': 'varchar',
        'ordered_on': 'date',
        'account_id': 'varchar',
        'rep_id': 'varchar',
        'channel': 'varchar',
        'product_id': 'varchar',
        'quantity': 'decimal(38, 6)',
        'net_amount': 'decimal(18, 4)'
    },
    header = true
)
