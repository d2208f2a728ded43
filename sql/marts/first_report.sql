-- grain: one row
-- purpose: the day that the first daily report on record is about
select min(reported_on) as first_on
from daily_report
