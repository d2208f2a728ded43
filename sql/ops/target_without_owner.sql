-- Purpose: branches of the plan that nobody owns (D-3); a rep's own target is owned by the rep.
-- Grain: one row per source, metric and scope.
select
    target.source,
    concat_ws(' / ', target.metric, target.scope_kind, target.scope) as value,
    count(*) as rows,
    cast(sum(target.target_value) as decimal(18, 4)) as amount
from core.target as target
where
    target.known_to is null
    and target.owner is null
    and target.scope_kind <> 'rep'
group by target.source, target.metric, target.scope_kind, target.scope
order by target.source, value
