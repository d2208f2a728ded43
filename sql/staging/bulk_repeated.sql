-- Purpose: the rows whose key occurs more than once. Grain: one row per such row.
with repeated as (
    select {{ key | list("arrived") }}
    from {{ table | quoted }} as arrived
    group by {{ key | list("arrived") }}
    having count(*) > 1
)

select
    {{ names | list("arrived") }},
    arrived.row_number
from {{ table | quoted }} as arrived
semi join repeated on {{ key | equal("arrived", "repeated") }}
order by arrived.row_number
