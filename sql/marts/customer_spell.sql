-- grain: one row per customer and stretch of time as an active customer, up to the as-of date
-- purpose: churn (D-12): lost is who has not ordered for so many months, or is recorded as lost
--          after the last order; an order after that begins a new spell. Before the records span
--          that many months nobody can be seen to be lost: spells begin then, unless losses are
--          recorded
-- $1 is the as-of date
with
purchases as (
    {% include "marts/" ~ purchases ~ ".sql" %}
),

accounts as (select * from account),

settings as (select * from mart_setting),

losses as (
    select
        account_id,
        lost_on
    from accounts
    where lost_on is not null
),

-- nobody is lost within a calendar month, but by record: its first and last purchase tell all
months as (
    select
        purchases.account_id,
        min(purchases.purchased_on) as first_on,
        max(purchases.purchased_on) as last_on
    from purchases
    left join losses on purchases.account_id = losses.account_id
    group by
        purchases.account_id,
        date_trunc('month', purchases.purchased_on),
        purchases.purchased_on <= losses.lost_on
),

days as (
    select
        account_id,
        first_on as purchased_on
    from months
    union all
    select
        account_id,
        last_on
    from months
    where last_on > first_on
),

first_days as (select min(purchased_on) as first_on from days),

recorded_losses as (
    select count(*) as losses from accounts
    where lost_on <= $1
),

bounds as (
    select
        settings.lost_months,
        case
            when recorded_losses.losses > 0 then first_days.first_on
            else cast(first_days.first_on + to_months(settings.lost_months) as date)
        end as seen_from
    from settings
    cross join first_days
    cross join recorded_losses
),

lapses as (
    select
        days.account_id,
        days.purchased_on,
        cast(days.purchased_on + to_months(bounds.lost_months) as date) as lapses_on,
        lead(days.purchased_on) over customer as next_on,
        lag(days.purchased_on) over customer as last_on,
        losses.lost_on,
        bounds.lost_months
    from days
    cross join bounds
    left join losses on days.account_id = losses.account_id
    window customer as (partition by days.account_id order by days.purchased_on)
),

ends as (
    select
        *,
        least(
            case when lapses_on < coalesce(next_on, $1 + interval 1 day) then lapses_on end,
            case
                when
                    lost_on >= purchased_on and lost_on <= $1
                    and (next_on is null or lost_on < next_on)
                    then lost_on
            end
        ) as lost_then
    from lapses
),

numbered as (
    select
        account_id,
        purchased_on,
        lost_then,
        coalesce(
            sum(case when lost_then is null then 0 else 1 end) over (
                partition by account_id
                order by purchased_on
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as spell
    from ends
),

spells as (
    select
        account_id,
        min(purchased_on) as began_on,
        max(lost_then) as ended_on
    from numbered
    group by account_id, spell
)

select
    cast(greatest(spells.began_on, bounds.seen_from) as date) as occurred_on,
    cast(null as varchar) as region,
    accounts.owner_rep_id as rep_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as channel,
    spells.account_id,
    cast(spells.ended_on as date) as ended_on
from spells
cross join bounds
left join accounts on spells.account_id = accounts.account_id
where
    greatest(spells.began_on, bounds.seen_from) <= $1
    and (spells.ended_on is null or spells.ended_on >= bounds.seen_from)
