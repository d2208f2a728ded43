-- Purpose: order lines of a made-up company: three lines an order, one order in fifty a return,
-- customers by Zipf's law, a rep has one to three channels. Grain: one row per order line.
-- Parameters: rows, seed.
insert into core.order_line by name
with numbered as (
    select
        i,
        i // 3 as order_number,
        i % 3 + 1 as line_number,
        hash(i, $seed) as of_line,
        hash(i // 3, $seed) as of_order
    from range($rows) as line(i)
),

placed as (
    select
        *,
        of_order % 1000 as rep_number,
        (of_order // 1000) % (1 + (of_order % 1000) % 3) as channel_number,
        of_order // 7 % 50 = 0 as is_return,
        of_line // 500 % 20 + 1 as pieces
    from numbered
)

select
    'SO' || lpad(cast(order_number as varchar), 8, '0') as order_id,
    cast(line_number as varchar) as line_number,
    if(is_return, 'return', 'sale') as document_kind,
    date '2025-11-10' + cast((of_order // 7000) % 378 as integer) as ordered_on,
    'C' || cast(floor(pow(60000, (of_order // 11 % 1000000) / 1000000.0)) as integer) as account_id,
    'R' || lpad(cast(rep_number as varchar), 4, '0') as rep_id,
    ['direct', 'dealer', 'online'][1 + cast((rep_number + channel_number) % 3 as integer)] as channel,
    'P' || lpad(cast(of_line % 500 as varchar), 3, '0') as product_id,
    if(is_return, -1, 1) * cast(pieces as integer) as quantity,
    if(is_return, -1, 1)
    * cast(pieces * (100 + of_line // 10000 % 9000) / 100 as decimal(18, 2)) as net_amount,
    'CNY' as currency,
    'benchmark' as source,
    i + 2 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from placed
