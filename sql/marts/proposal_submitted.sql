-- grain: one row per proposal submitted up to the as-of date
-- purpose: proposals and their quality; what a proposal does not say, its deal says
-- $1 is the as-of date, $2 the scope of what nobody owns
with
proposals as (
    select * from proposal
    where submitted_on <= $1
),

opportunities as (select * from opportunity),

products as (select * from product)

select
    proposals.submitted_on as occurred_on,
    cast(null as varchar) as region,
    coalesce(proposals.rep_id, opportunities.rep_id) as rep_id,
    coalesce(
        proposals.product_line, opportunities.product_line, products.product_line
    ) as product_line,
    coalesce(proposals.channel, opportunities.channel) as channel,
    coalesce(proposals.account_id, opportunities.account_id) as account_id,
    proposals.proposal_id,
    proposals.opportunity_id,
    coalesce(proposals.segment, opportunities.segment, $2) as segment,
    proposals.has_customer_case and proposals.has_roi_estimate as is_complete
from proposals
left join opportunities on proposals.opportunity_id = opportunities.opportunity_id
left join products on opportunities.product_id = products.product_id
