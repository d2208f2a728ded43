-- Purpose: the rejects of some loads, the first so many rows of them. Grain: one row per load, row
-- and rule. Parameters: loads, most.
with chosen as (
    select *
    from ops.reject
    where list_contains($loads, load_number)
),

ranked as (
    select
        chosen.*,
        dense_rank() over (order by chosen.load_number asc, chosen.row_number asc) as place
    from chosen
)

select
    ranked.load_number,
    ranked.row_number,
    ranked.rule,
    ranked.column,
    ranked.value,
    ranked.message
from ranked
where ranked.place <= $most
order by ranked.load_number, ranked.row_number, ranked.rule
