-- grain: one row per lead that became a customer up to the as-of date, on that day
-- purpose: the period view of lead conversion
-- $1 is the as-of date, $2 the scope of what nobody owns
with
leads as (
    select * from lead
    where converted_on <= $1
),

accounts as (select * from account),

assignments as (select * from assignment),

owned_leads as (
    select
        leads.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (assignments.valid_to is null or leads.converted_on <= assignments.valid_to) as is_owned
    from leads
    asof left join assignments
        on
            leads.rep_id = assignments.rep_id
            and leads.converted_on >= assignments.valid_from
)

select
    owned_leads.converted_on as occurred_on,
    coalesce(
        case when owned_leads.is_owned then owned_leads.own_region end, accounts.region, $2
    ) as region,
    coalesce(case when owned_leads.is_owned then owned_leads.own_team end, $2) as team,
    coalesce(owned_leads.rep_id, $2) as rep,
    coalesce(owned_leads.product_line, $2) as product_line,
    coalesce(owned_leads.channel, accounts.channel, $2) as channel,
    owned_leads.account_id,
    owned_leads.lead_id
from owned_leads
left join accounts on owned_leads.account_id = accounts.account_id
