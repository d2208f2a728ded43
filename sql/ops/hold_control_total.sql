-- Purpose: totals of the company that its own system states and that what is known now misses.
-- Grain: one row per total that is missed. Parameters: metric, stated_from (arrival of the run),
-- arrived_on, load_number (first of the batch), known_at (its arrival), tolerance.
with total as (
    select * from core.control_total
    where
        known_to is null
        and metric = $metric
        and scope_kind = 'company'
        and known_from >= $stated_from
        and period_end <= $arrived_on
),

touched as (
    select distinct {{ day | quoted }} as occurred_on
    from {{ ("core." ~ entity) | quoted }}
    where load_number >= $load_number or known_to >= $known_at
),

daily as (
    select
        {{ day | quoted }} as occurred_on,
        sum({{ amount | quoted }}) as amount
    from {{ ("core." ~ entity) | quoted }}
    where known_to is null
    group by {{ day | quoted }}
),

compared as (
    select
        total.period_start,
        total.period_end,
        total.amount as stated_amount,
        coalesce(sum(daily.amount), 0) as loaded_amount
    from total
    left join daily on daily.occurred_on between total.period_start and total.period_end
    where
        exists (
            select 1 from touched
            where touched.occurred_on between total.period_start and total.period_end
        )
    group by total.period_start, total.period_end, total.amount
)

select
    compared.period_start,
    compared.period_end,
    compared.stated_amount,
    compared.loaded_amount
from compared
where abs(compared.loaded_amount - compared.stated_amount) > $tolerance
order by abs(compared.loaded_amount - compared.stated_amount) desc, compared.period_start
