-- Purpose: every finding as it stands. Grain: one row per source, rule and value.
select finding.*
from ops.finding as finding
order by
    finding.source asc, finding.rule asc, finding.amount desc nulls last, finding.rows desc,
    finding.value asc
