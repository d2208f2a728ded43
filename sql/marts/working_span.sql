-- grain: one row
-- purpose: the first and last day whose being a working day matters: from the first daily report or
--          budget on record to the end of the last budget
select
    min(first_on) as first_on,
    max(last_on) as last_on
from (
    select
        min(reported_on) as first_on,
        cast(null as date) as last_on
    from daily_report
    union all
    select
        min(period_start) as first_on,
        max(period_end) as last_on
    from budget
) as spans
