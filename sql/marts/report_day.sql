-- grain: one row per rep and working day from the first report on record to the as-of date
-- purpose: completeness and timeliness of the daily report (D-26): due from everybody who is in a
--          team on a working day; timely is what was entered by the hour it is due
-- $1 is the as-of date
with
reports as (
    select * from daily_report
    where reported_on <= $1
),

first_reports as (select min(reported_on) as first_on from reports),

working_days as (select * from working_day),

assignments as (
    {% include "marts/head.sql" %}
),

due_days as (
    select
        working_days.working_on,
        working_days.due_at,
        assignments.rep_id
    from assignments
    inner join working_days
        on
            assignments.occurred_on <= working_days.working_on
            and (assignments.ended_on is null or assignments.ended_on >= working_days.working_on)
    inner join first_reports on working_days.working_on >= first_reports.first_on
    where working_days.working_on <= $1
)

select
    due_days.working_on as occurred_on,
    cast(null as varchar) as region,
    due_days.rep_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as channel,
    cast(null as varchar) as account_id,
    reports.rep_id is not null as is_reported,
    coalesce(reports.recorded_at <= due_days.due_at, false) as is_timely
from due_days
left join reports
    on due_days.rep_id = reports.rep_id and due_days.working_on = reports.reported_on
