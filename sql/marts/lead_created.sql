-- grain: one row per lead that came in up to the as-of date, on that day
-- purpose: leads, qualification, response time; what happened after the as-of date is not known yet
-- $1 is the as-of date, $2 the scope of what nobody owns
with
leads as (
    select * from lead
    where created_on <= $1
),

accounts as (select * from account),

assignments as (select * from assignment),

owned_leads as (
    select
        leads.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (assignments.valid_to is null or leads.created_on <= assignments.valid_to) as is_owned
    from leads
    asof left join assignments
        on
            leads.rep_id = assignments.rep_id
            and leads.created_on >= assignments.valid_from
)

select
    owned_leads.created_on as occurred_on,
    coalesce(
        case when owned_leads.is_owned then owned_leads.own_region end, accounts.region, $2
    ) as region,
    coalesce(case when owned_leads.is_owned then owned_leads.own_team end, $2) as team,
    coalesce(owned_leads.rep_id, $2) as rep,
    coalesce(owned_leads.product_line, $2) as product_line,
    coalesce(owned_leads.channel, accounts.channel, $2) as channel,
    owned_leads.account_id,
    owned_leads.lead_id,
    owned_leads.is_qualified,
    case when owned_leads.converted_on <= $1 then owned_leads.converted_on end as converted_on,
    case
        when
            owned_leads.first_touch_at >= owned_leads.created_at
            and cast(owned_leads.first_touch_at as date) <= $1
            then
                date_diff('second', owned_leads.created_at, owned_leads.first_touch_at) / 3600.0
    end as response_hours
from owned_leads
left join accounts on owned_leads.account_id = accounts.account_id
