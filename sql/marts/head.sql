-- grain: one row per rep and stretch of time in a team begun by the as-of date
-- purpose: heads and leavers (人员流动率); a later assignment ends the one before, so that nobody
--          counts twice, and the day a person left ends the last one
-- $1 is the as-of date
with
assignments as (
    select * from assignment
    where valid_from <= $1
),

ordered as (
    select
        rep_id,
        team,
        region,
        valid_from,
        lead(valid_from) over career as next_from,
        case
            when lead(valid_from) over career is null
                then least(valid_to, left_on)
            else least(valid_to, cast(lead(valid_from) over career - interval 1 day as date))
        end as until
    from assignments
    window career as (partition by rep_id order by valid_from)
)

select
    valid_from as occurred_on,
    region,
    team as given_team,
    rep_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as channel,
    cast(null as varchar) as account_id,
    -- what ends after the as-of date has not ended yet
    case when until <= $1 then until end as ended_on,
    coalesce(next_from is null and until <= $1, false) as is_leaver
from ordered
where until is null or until >= valid_from
