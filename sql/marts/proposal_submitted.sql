-- grain: one row per proposal submitted up to the as-of date
-- purpose: proposals and their quality; what a proposal does not say, its deal says
-- $1 is the as-of date, $2 the scope of what nobody owns
with
proposals as (
    select * from proposal
    where submitted_on <= $1
),

opportunities as (select * from opportunity),

accounts as (select * from account),

products as (select * from product),

assignments as (select * from assignment),

described_proposals as (
    select
        proposals.proposal_id,
        proposals.opportunity_id,
        proposals.submitted_on,
        coalesce(proposals.rep_id, opportunities.rep_id) as rep_id,
        coalesce(proposals.account_id, opportunities.account_id) as account_id,
        coalesce(proposals.channel, opportunities.channel) as channel,
        coalesce(
            proposals.product_line, opportunities.product_line, products.product_line
        ) as product_line,
        coalesce(proposals.segment, opportunities.segment) as segment,
        proposals.has_customer_case and proposals.has_roi_estimate as is_complete
    from proposals
    left join opportunities on proposals.opportunity_id = opportunities.opportunity_id
    left join products on opportunities.product_id = products.product_id
),

owned_proposals as (
    select
        described_proposals.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (
            assignments.valid_to is null
            or described_proposals.submitted_on <= assignments.valid_to
        ) as is_owned
    from described_proposals
    asof left join assignments
        on
            described_proposals.rep_id = assignments.rep_id
            and described_proposals.submitted_on >= assignments.valid_from
)

select
    owned_proposals.submitted_on as occurred_on,
    coalesce(
        case when owned_proposals.is_owned then owned_proposals.own_region end,
        accounts.region,
        $2
    ) as region,
    coalesce(
        case when owned_proposals.is_owned then owned_proposals.own_team end, $2
    ) as team,
    coalesce(owned_proposals.rep_id, $2) as rep,
    coalesce(owned_proposals.product_line, $2) as product_line,
    coalesce(owned_proposals.channel, accounts.channel, $2) as channel,
    owned_proposals.account_id,
    owned_proposals.proposal_id,
    owned_proposals.opportunity_id,
    coalesce(owned_proposals.segment, $2) as segment,
    owned_proposals.is_complete
from owned_proposals
left join accounts on owned_proposals.account_id = accounts.account_id
