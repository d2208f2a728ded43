-- grain: one row per won opportunity of a customer up to the as-of date
-- purpose: who bought when, where a company keeps no orders
-- $1 is the as-of date
select
    account_id,
    opportunity_id as order_id,
    closed_on as purchased_on
from opportunity
where outcome = 'won' and account_id is not null and closed_on <= $1
