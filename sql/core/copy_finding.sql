-- Purpose: findings in the readers' copy, without those of sources of pay. Grain: ops.finding.
create table readers.ops.finding as
select found.*
from source.ops.finding as found
where found.source != all($sources)
