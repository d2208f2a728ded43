-- Purpose: opportunities of the same company, seven in ten closed, most within three months of
-- their opening; the stage they have reached is the last of their history (stage_event.sql).
-- Grain: one row per opportunity. Parameters: rows (of order lines: one in ten), seed.
insert into core.opportunity by name
with numbered as (
    select
        i,
        hash(i, $seed, 'opportunity') as of_deal
    from range($rows // 10) as deal(i)
),

dated as (
    select
        *,
        of_deal % 1000 as rep_number,
        (of_deal // 1000) % (1 + (of_deal % 1000) % 3) as channel_number,
        date '2025-11-10' + cast((of_deal // 7000) % 378 as integer) as created_on,
        cast(of_deal // 13 % 120 as integer) as days_to_close,
        cast(of_deal // 17 % 10 as integer) as fate
    from numbered
),

decided as (
    select
        *,
        created_on + days_to_close as closed_on,
        case
            when created_on + days_to_close > date '2026-11-22' or fate >= 7 then 'open'
            when fate < 3 then 'won'
            else 'lost'
        end as outcome
    from dated
)

select
    'O' || lpad(cast(i as varchar), 8, '0') as opportunity_id,
    'C' || cast(floor(pow(60000, (of_deal // 11 % 1000000) / 1000000.0)) as integer) as account_id,
    'R' || lpad(cast(rep_number as varchar), 4, '0') as rep_id,
    'P' || lpad(cast(of_deal // 19 % 500 as varchar), 3, '0') as product_id,
    ['direct', 'dealer', 'online'][1 + cast((rep_number + channel_number) % 3 as integer)] as channel,
    ['初创', '成长', '成熟'][1 + cast(of_deal // 23 % 3 as integer)] as segment,
    case outcome
        when 'won' then '成交'
        when 'lost' then '输单'
        else ['需求确认', '方案呈现', '谈判'][1 + least(days_to_close // 40, 2)]
    end as stage,
    outcome,
    created_on,
    if(outcome = 'open', date '2026-11-22' + cast(of_deal // 29 % 90 as integer), closed_on)
        as expected_close_on,
    if(outcome = 'open', null, closed_on) as closed_on,
    cast(1000 + of_deal // 31 % 200000 as decimal(18, 2)) as amount,
    'CNY' as currency,
    if(outcome = 'lost', ['价格', '交期', '方案'][1 + cast(of_deal // 37 % 3 as integer)], null)
        as lost_reason,
    'benchmark' as source,
    i + 2 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from decided
