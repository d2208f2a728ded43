-- Purpose: proposals on the same company's opportunities. Grain: one row per proposal.
insert into core.proposal by name
select
    'Q' || deal.opportunity_id as proposal_id,
    deal.opportunity_id,
    deal.rep_id,
    deal.created_on + 20 as submitted_on,
    deal.amount,
    hash(deal.opportunity_id, $seed, 'proposal') % 3 > 0 as has_customer_case,
    hash(deal.opportunity_id, $seed, 'proposal') // 7 % 4 > 0 as has_roi_estimate,
    'benchmark' as source,
    deal.row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from core.opportunity as deal
where deal.row_number % 4 = 0 and deal.created_on + 20 <= date '2026-11-22'
