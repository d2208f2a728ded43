-- grain: one row per exit of an opportunity from a stage up to the as-of date
-- purpose: stage conversion and days in stage; forward is a higher stage that is not the lost one
-- $1 is the as-of date, $2 the scope of what nobody owns
with
stage_events as (
    select * from stage_event
    where changed_on <= $1
),

opportunities as (select * from opportunity),

accounts as (select * from account),

products as (select * from product),

assignments as (select * from assignment),

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
),

owned_exits as (
    select
        exits.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (assignments.valid_to is null or exits.changed_on <= assignments.valid_to) as is_owned
    from exits
    asof left join assignments
        on
            exits.rep_id = assignments.rep_id
            and exits.changed_on >= assignments.valid_from
)

select
    owned_exits.changed_on as occurred_on,
    coalesce(
        case when owned_exits.is_owned then owned_exits.own_region end, accounts.region, $2
    ) as region,
    coalesce(case when owned_exits.is_owned then owned_exits.own_team end, $2) as team,
    coalesce(owned_exits.rep_id, $2) as rep,
    coalesce(owned_exits.product_line, $2) as product_line,
    coalesce(owned_exits.channel, accounts.channel, $2) as channel,
    owned_exits.account_id,
    owned_exits.opportunity_id,
    owned_exits.stage,
    coalesce(
        owned_exits.next_position > left_stages.position and owned_exits.next_outcome <> 'lost',
        false
    ) as is_forward,
    case
        when owned_exits.entered_on <= owned_exits.changed_on
            then date_diff('day', owned_exits.entered_on, owned_exits.changed_on)
    end as stage_days
from owned_exits
left join accounts on owned_exits.account_id = accounts.account_id
left join pipeline_stages as left_stages on owned_exits.stage = left_stages.name
