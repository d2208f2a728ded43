-- grain: one row per contract that ran out up to the as-of date, on its last day
-- purpose: renewal rate; it is renewed where a contract signed by the as-of date names it
-- $1 is the as-of date
with
contracts as (
    select * from contract
    where signed_on <= $1
),

renewals as (
    select distinct renews_contract_id as contract_id from contracts
    where
        renews_contract_id is not null
        and not coalesce(is_cancelled, false)
        and (cancelled_on is null or cancelled_on > $1)
)

select
    contracts.ends_on as occurred_on,
    cast(null as varchar) as region,
    contracts.rep_id,
    contracts.product_line,
    contracts.channel,
    contracts.account_id,
    contracts.contract_id,
    renewals.contract_id is not null as is_renewed
from contracts
left join renewals on contracts.contract_id = renewals.contract_id
where
    contracts.ends_on <= $1
    and not coalesce(contracts.is_cancelled, false)
    and (contracts.cancelled_on is null or contracts.cancelled_on > contracts.ends_on)
