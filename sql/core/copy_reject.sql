-- Purpose: rejected rows in the readers' copy; those of pay without a value. Grain: ops.reject.
create table readers.ops.reject as
select
    rejected.* replace (
        case when rejected.load_number = any($loads) then null else rejected.value end as value,
        case
            when rejected.load_number = any($loads) then 'not shown: the source holds pay'
            else rejected.message
        end as message,
        case when rejected.load_number = any($loads) then null else rejected.hint end as hint
    )
from source.ops.reject as rejected
