-- Purpose: what each channel spends every day. Grain: one row per day and channel.
insert into core.campaign_spend by name
select
    date '2025-11-10' + cast(i // 3 as integer) as spent_on,
    ['direct', 'dealer', 'online'][1 + cast(i % 3 as integer)] as channel,
    '常年投放' as campaign,
    '-' as detail,
    cast(500 + hash(i, $seed, 'spend') % 1000 as decimal(18, 2)) as amount,
    'CNY' as currency,
    'benchmark' as source,
    i + 2 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from range(378 * 3) as spend(i)
