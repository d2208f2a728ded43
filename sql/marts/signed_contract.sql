-- grain: one row per contract signed up to the as-of date, and one per cancellation; an unsigned
--        one is no fact yet
-- purpose: contract amount; a contract without an amount counts as 0 and stays visible as a case;
--          a cancellation takes it back on its own date, one without a date lets it never count
-- $1 is the as-of date
with
signed_contracts as (
    select * from contract
    where signed_on <= $1 and (cancelled_on is not null or not coalesce(is_cancelled, false))
),

movements as (
    select
        *,
        signed_on as moved_on,
        coalesce(amount, 0) as moved_amount
    from signed_contracts
    union all
    select
        *,
        cancelled_on as moved_on,
        -amount as moved_amount
    from signed_contracts
    where cancelled_on <= $1 and amount is not null
)

select
    moved_on as occurred_on,
    cast(null as varchar) as region,
    rep_id,
    product_line,
    channel,
    account_id,
    contract_id,
    moved_amount as amount
from movements
