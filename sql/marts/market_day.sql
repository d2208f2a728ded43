-- grain: one row per part of the market and day up to the as-of date
-- purpose: market size by day; the days of a window add up to it exactly, and what the parts leave
--          of a whole that is given belongs to nobody
-- $1 is the as-of date
with
sizes as (select * from market_size),

daily as (
    select
        sizes.region,
        sizes.product_line,
        sizes.channel,
        cast(days.day as date) as occurred_on,
        cast(date_diff('day', sizes.period_start, cast(days.day as date)) as hugeint) as nth,
        cast(date_diff('day', sizes.period_start, sizes.period_end) + 1 as hugeint) as length,
        cast(sizes.market_amount * 10000 as hugeint) as units
    from sizes,
        lateral (
            select unnest(
                generate_series(sizes.period_start, sizes.period_end, interval 1 day)
            ) as day
        ) as days
),

parts as (
    select
        occurred_on,
        nullif(region, '-') as region,
        nullif(product_line, '-') as product_line,
        nullif(channel, '-') as channel,
        region = '-' and product_line = '-' and channel = '-' as is_whole,
        cast(
            cast(units * (nth + 1) // length - units * nth // length as decimal(18, 0))
            * cast(0.0001 as decimal(5, 4)) as decimal(18, 4)
        ) as amount
    from daily
    where occurred_on <= $1
),

rests as (
    select
        occurred_on,
        cast(null as varchar) as region,
        cast(null as varchar) as product_line,
        cast(null as varchar) as channel,
        sum(case when is_whole then amount else -amount end) as amount
    from parts
    group by occurred_on
    having bool_or(is_whole)
),

kept as (
    select
        occurred_on,
        region,
        product_line,
        channel,
        amount
    from parts
    where not is_whole
    union all
    select
        occurred_on,
        region,
        product_line,
        channel,
        amount
    from rests
)

select
    occurred_on,
    region,
    cast(null as varchar) as rep_id,
    product_line,
    channel,
    cast(null as varchar) as account_id,
    cast(amount as decimal(18, 4)) as market_amount
from kept
