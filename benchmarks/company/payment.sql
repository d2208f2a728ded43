-- Purpose: a payment for each contract, a month after it is signed. Grain: one row per payment.
insert into core.payment by name
select
    'Z' || contract.contract_id as payment_id,
    contract.account_id,
    contract.rep_id,
    contract.channel,
    contract.signed_on + 30 as paid_on,
    contract.amount,
    'CNY' as currency,
    'benchmark' as source,
    contract.row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from core.contract as contract
where contract.signed_on + 30 <= date '2026-11-22'
