-- Purpose: a contract for one in two deals won. Grain: one row per contract.
insert into core.contract by name
select
    'K' || deal.opportunity_id as contract_id,
    deal.opportunity_id,
    deal.account_id,
    deal.rep_id,
    deal.channel,
    deal.closed_on as signed_on,
    deal.amount,
    'CNY' as currency,
    'benchmark' as source,
    deal.row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from core.opportunity as deal
where deal.outcome = 'won' and deal.row_number % 2 = 0
