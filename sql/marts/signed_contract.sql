-- grain: one row per contract signed up to the as-of date; an unsigned one is no fact yet
-- purpose: contract amount; a contract without an amount counts as 0 and stays visible as a case
-- $1 is the as-of date, $2 the scope of what nobody owns
with
contracts as (
    select * from contract
    where signed_on <= $1
),

accounts as (select * from account),

assignments as (select * from assignment),

owned_contracts as (
    select
        contracts.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (assignments.valid_to is null or contracts.signed_on <= assignments.valid_to) as is_owned
    from contracts
    asof left join assignments
        on
            contracts.rep_id = assignments.rep_id
            and contracts.signed_on >= assignments.valid_from
)

select
    owned_contracts.signed_on as occurred_on,
    coalesce(
        case when owned_contracts.is_owned then owned_contracts.own_region end,
        accounts.region,
        $2
    ) as region,
    coalesce(
        case when owned_contracts.is_owned then owned_contracts.own_team end, $2
    ) as team,
    coalesce(owned_contracts.rep_id, $2) as rep,
    coalesce(owned_contracts.product_line, $2) as product_line,
    coalesce(owned_contracts.channel, accounts.channel, $2) as channel,
    owned_contracts.account_id,
    owned_contracts.contract_id,
    coalesce(owned_contracts.amount, 0) as amount
from owned_contracts
left join accounts on owned_contracts.account_id = accounts.account_id
