-- grain: one row per contract signed up to the as-of date; an unsigned one is no fact yet
-- purpose: contract amount; a contract without an amount counts as 0 and stays visible as a case
-- $1 is the as-of date
select
    signed_on as occurred_on,
    cast(null as varchar) as region,
    rep_id,
    product_line,
    channel,
    account_id,
    contract_id,
    coalesce(amount, 0) as amount
from contract
where signed_on <= $1
