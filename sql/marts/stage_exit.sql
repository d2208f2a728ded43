-- grain: one row per exit of an opportunity from a stage up to the as-of date
-- purpose: stage conversion and days in stage; forward is a higher stage that is not the lost one
-- $1 is the as-of date
with
stage_events as (
    select * from stage_event
    where changed_on <= $1
),

opportunities as (select * from opportunity),

products as (select * from product),

pipeline_stages as (select * from pipeline_stage),

ordered_events as (
    select
        stage_events.opportunity_id,
        stage_events.to_stage,
        stage_events.changed_on,
        stage_events.from_stage as stated_stage,
        pipeline_stages.position as next_position,
        pipeline_stages.outcome as next_outcome,
        lag(stage_events.to_stage) over deal as entered_stage,
        lag(stage_events.changed_on) over deal as entered_on
    from stage_events
    left join pipeline_stages on stage_events.to_stage = pipeline_stages.name
    window deal as (
        partition by stage_events.opportunity_id
        order by stage_events.changed_on, pipeline_stages.position, stage_events.stage_event_id
    )
),

exits as (
    select
        ordered_events.opportunity_id,
        ordered_events.changed_on,
        ordered_events.next_position,
        ordered_events.next_outcome,
        coalesce(ordered_events.stated_stage, ordered_events.entered_stage) as stage,
        case
            -- entered by the change before, or on opening where there is none
            when ordered_events.entered_stage = coalesce(
                ordered_events.stated_stage, ordered_events.entered_stage
            ) then ordered_events.entered_on
            when ordered_events.entered_stage is null then opportunities.created_on
        end as entered_on,
        opportunities.account_id,
        opportunities.rep_id,
        opportunities.channel,
        coalesce(opportunities.product_line, products.product_line) as product_line
    from ordered_events
    left join opportunities on ordered_events.opportunity_id = opportunities.opportunity_id
    left join products on opportunities.product_id = products.product_id
    where
        coalesce(ordered_events.stated_stage, ordered_events.entered_stage)
        is distinct from ordered_events.to_stage
        and coalesce(ordered_events.stated_stage, ordered_events.entered_stage) is not null
)

select
    exits.changed_on as occurred_on,
    cast(null as varchar) as region,
    exits.rep_id,
    exits.product_line,
    exits.channel,
    exits.account_id,
    exits.opportunity_id,
    exits.stage,
    coalesce(
        exits.next_position > left_stages.position and exits.next_outcome <> 'lost',
        false
    ) as is_forward,
    case
        when exits.entered_on <= exits.changed_on
            then date_diff('day', exits.entered_on, exits.changed_on)
    end as stage_days
from exits
left join pipeline_stages as left_stages on exits.stage = left_stages.name
