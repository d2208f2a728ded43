-- grain: one row per opportunity open at the as-of date
-- purpose: pipeline, overdue stages; the stage of that day comes from the history; the present
--          stage stands for it only where nothing can have moved the deal since, else it is null
--          (no data); a deal without an opening date counts while open
-- $1 is the as-of date, $2 the scope of what nobody owns
with
opportunities as (
    select *
    from opportunity
    where
        coalesce(created_on <= $1, outcome = 'open')
        and (outcome = 'open' or closed_on > $1)
),

stage_events as (select * from stage_event),

products as (select * from product),

pipeline_stages as (select * from pipeline_stage),

-- only the moves of these deals are put in order: most of a history is of deals closed long ago
deal_events as (
    select stage_events.*
    from stage_events
    where
        stage_events.opportunity_id in (select opportunities.opportunity_id from opportunities)
),

ranked_events as (
    select
        deal_events.opportunity_id,
        deal_events.from_stage,
        deal_events.to_stage,
        deal_events.changed_on,
        row_number() over (
            partition by deal_events.opportunity_id, deal_events.changed_on <= $1
            order by
                deal_events.changed_on, pipeline_stages.position, deal_events.stage_event_id
        ) as nth_from_start,
        row_number() over (
            partition by deal_events.opportunity_id, deal_events.changed_on <= $1
            order by
                deal_events.changed_on desc,
                pipeline_stages.position desc,
                deal_events.stage_event_id desc
        ) as nth_from_end
    from deal_events
    left join pipeline_stages on deal_events.to_stage = pipeline_stages.name
),

entries as (
    select
        opportunity_id,
        to_stage,
        changed_on
    from ranked_events
    where changed_on <= $1 and nth_from_end = 1
),

next_exits as (
    select
        opportunity_id,
        from_stage
    from ranked_events
    where changed_on > $1 and nth_from_start = 1
),

-- the present stage is that of the day while the records reach no further than the week after it;
-- days beyond a quarter are not looked at: a mistyped year must not make the present unknown
later_days as (
    select created_on as happened_on from opportunity
    union all
    select closed_on from opportunity
    union all
    select changed_on from stage_events
),

record_reach as (
    select
        count_if(
            happened_on between $1 + interval 7 day and $1 + interval 92 day
        ) = 0 as is_current
    from later_days
),

-- where moves were recorded by then, a deal that is open and never moved is where it was
history_reach as (
    select coalesce(min(changed_on) <= $1, false) as is_kept from stage_events
),

moved_deals as (select distinct opportunity_id from deal_events),

first_stages as (
    select name from pipeline_stages
    where outcome = 'open'
    order by position limit 1
),

staged_deals as (
    select
        opportunities.*,
        coalesce(
            entries.to_stage,
            next_exits.from_stage,
            case
                when
                    opportunities.outcome = 'open'
                    and (
                        record_reach.is_current
                        or (history_reach.is_kept and moved_deals.opportunity_id is null)
                    )
                    then opportunities.stage
            end
        ) as stage_then,
        entries.changed_on
    from opportunities
    left join entries on opportunities.opportunity_id = entries.opportunity_id
    left join next_exits on opportunities.opportunity_id = next_exits.opportunity_id
    left join moved_deals on opportunities.opportunity_id = moved_deals.opportunity_id
    cross join record_reach
    cross join history_reach
),

dated_deals as (
    select
        staged_deals.*,
        case
            when staged_deals.changed_on is not null then staged_deals.changed_on
            -- nothing moved it yet: it has been in the first stage since it was opened
            when staged_deals.stage_then in (select first_stages.name from first_stages)
                then staged_deals.created_on
        end as stage_entered_on,
        cast($1 as date) as as_of
    from staged_deals
)

select
    dated_deals.as_of as occurred_on,
    cast(null as varchar) as region,
    dated_deals.rep_id,
    coalesce(dated_deals.product_line, products.product_line) as product_line,
    dated_deals.channel,
    dated_deals.account_id,
    dated_deals.opportunity_id,
    dated_deals.opportunity_name,
    coalesce(dated_deals.segment, $2) as segment,
    dated_deals.stage_then as stage,
    dated_deals.stage_entered_on,
    date_diff('day', dated_deals.stage_entered_on, dated_deals.as_of) as stage_days,
    pipeline_stages.allowed_days,
    pipeline_stages.win_probability,
    dated_deals.expected_close_on,
    dated_deals.amount,
    dated_deals.next_step,
    round(
        cast(dated_deals.amount as decimal(19, 4)) * pipeline_stages.win_probability, 6
    ) as weighted_amount
from dated_deals
left join products on dated_deals.product_id = products.product_id
left join pipeline_stages on dated_deals.stage_then = pipeline_stages.name
