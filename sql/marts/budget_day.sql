-- grain: one row per budget line and working day of its window up to the as-of date
-- purpose: the budget due (D-6), by working days, the days of a window adding up to it exactly;
--          only lines for a channel or campaign, whose spend is recorded, unless no line names one;
--          the emergency reserve is not due
-- $1 is the as-of date
with
budgets as (
    select * from budget
    where not coalesce(is_reserve, false)
),

working_days as (select * from working_day),

spent_campaigns as (
    select
        campaign,
        arg_max(channel, spent_on) as channel
    from campaign_spend
    where spent_on <= $1
    group by campaign
),

named_lines as (
    select count(*) as named from budgets
    where channel is not null or campaign is not null
),

ranked as (
    select
        working_days.working_on,
        coalesce(budgets.channel, spent_campaigns.channel) as channel,
        cast(budgets.amount * 10000 as hugeint) as units,
        cast(row_number() over line_days as hugeint) as nth,
        cast(count(*) over (partition by budgets.budget_id) as hugeint) as length
    from budgets
    inner join working_days
        on
            budgets.period_start <= working_days.working_on
            and budgets.period_end >= working_days.working_on
    cross join named_lines
    left join spent_campaigns on budgets.campaign = spent_campaigns.campaign
    where
        named_lines.named = 0 or budgets.channel is not null or budgets.campaign is not null
    window line_days as (partition by budgets.budget_id order by working_days.working_on)
)

select
    working_on as occurred_on,
    cast(null as varchar) as region,
    cast(null as varchar) as rep_id,
    cast(null as varchar) as product_line,
    channel,
    cast(null as varchar) as account_id,
    cast(
        cast(units * nth // length - units * (nth - 1) // length as decimal(18, 0))
        * cast(0.0001 as decimal(5, 4)) as decimal(18, 4)
    ) as budget_amount
from ranked
where working_on <= $1
