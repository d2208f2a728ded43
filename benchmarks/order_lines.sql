-- Purpose: order lines of a made-up wholesaler: three lines an order, customers by Zipf's law, a rep
-- has one team and one to three channels. Grain: one row per order line.
-- Parameters: rows, seed, revision (1: as first exported; 2: one line in a hundred has a new amount).
copy (
    with numbered as (
        select
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
            (of_order // 1000) % (1 + (of_order % 1000) % 3) as channel_number
        from numbered
    )

    select
        'SO' || lpad(cast(order_number as varchar), 8, '0') as order_id,
        line_number,
        date '2023-11-20' + cast((of_order // 7) % 1092 as integer) as ordered_on,
        'C' || cast(floor(pow(60000, (of_order // 11 % 1000000) / 1000000.0)) as integer) as account_id,
        'R' || lpad(cast(rep_number as varchar), 4, '0') as rep_id,
        ['direct', 'dealer', 'online'][1 + cast((rep_number + channel_number) % 3 as integer)] as channel,
        'P' || lpad(cast(of_line % 500 as varchar), 3, '0') as product_id,
        of_line // 500 % 20 + 1 as quantity,
        cast(
            (of_line // 500 % 20 + 1) * (100 + of_line // 10000 % 9000) / 100
            + if($revision = 2 and of_line // 100000 % 100 = 0, 1, 0)
            as decimal(18, 2)
        ) as net_amount
    from placed
) to '{{ path }}' (header, delimiter ',')
