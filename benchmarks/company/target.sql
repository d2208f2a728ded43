-- Purpose: sales targets of the company, its regions, teams and reps for each quarter of 2026, in
-- proportion to the order lines. Grain: one row per scope and quarter.
-- Parameters: rows.
insert into core.target by name
with scopes as (
    select
        'company' as scope_kind,
        'company' as scope,
        1000 as reps
    union all
    select distinct
        'region' as scope_kind,
        region as scope,
        100 as reps
    from core.assignment
    union all
    select distinct
        'team' as scope_kind,
        team as scope,
        10 as reps
    from core.assignment
    union all
    select
        'rep' as scope_kind,
        rep_id as scope,
        1 as reps
    from core.assignment
),

quarters as (
    select cast(unnest(range(date '2026-01-01', date '2027-01-01', interval 3 month)) as date)
        as period_start
)

select
    'sales_amount' as metric,
    scopes.scope_kind,
    scopes.scope,
    quarters.period_start,
    cast(quarters.period_start + interval 3 month - interval 1 day as date) as period_end,
    cast(scopes.reps as bigint) * ($rows // 1000) * 120 as target_value,
    'benchmark' as source,
    row_number() over () + 1 as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from scopes
cross join quarters
