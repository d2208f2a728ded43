-- Purpose: the current exchange rates into one currency, one row more than may be.
-- Grain: one row per currency and day from which the rate holds.
with current_rate as (
    select *
    from core.exchange_rate
    where known_to is null
)

select
    current_rate.currency as currency,
    current_rate.valid_from as valid_from,
    current_rate.rate as rate
from current_rate
where current_rate.to_currency = $currency
order by currency, valid_from
limit $most + 1
