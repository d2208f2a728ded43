-- Purpose: the history of the opportunities: opened, and on by one stage every few days until the
-- stage they are in. Grain: one row per move.
insert into core.stage_event by name
with deals as (
    select
        opportunity_id,
        stage,
        created_on,
        coalesce(closed_on, date '2026-11-22') as last_on,
        row_number,
        case stage when '需求确认' then 0 when '方案呈现' then 1 else 2 end as passed
    from core.opportunity
),

steps as (
    select
        *,
        unnest(range(passed + 1)) as step
    from deals
),

moves as (
    select
        opportunity_id,
        row_number,
        step,
        case when step > 0 then ['需求确认', '方案呈现'][step] end as from_stage,
        ['需求确认', '方案呈现', '谈判'][step + 1] as to_stage,
        created_on + cast(date_diff('day', created_on, last_on) * step // (passed + 1) as integer)
            as changed_on
    from steps
    union all by name
    select
        opportunity_id,
        row_number,
        3 as step,
        '谈判' as from_stage,
        stage as to_stage,
        last_on as changed_on
    from deals
    where stage in ('成交', '输单')
)

select
    opportunity_id || '-' || cast(step as varchar) as stage_event_id,
    opportunity_id,
    from_stage,
    to_stage,
    changed_on,
    'benchmark' as source,
    row_number * 4 + step as row_number,
    1 as load_number,
    timestamp '2026-11-22 22:00:00' as known_from
from moves
