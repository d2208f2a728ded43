-- grain: that of the fact
-- purpose: the columns of a fact that measures read, its scopes as values of `scope_name`; where
--          it is regrouped, of the reps of `regrouped_rep` alone
-- $1 is the as-of date, $2 the scope of what nobody owns
{%- set name_type = "scope_name" %}
with
scoped_rows as (
    {% include "marts/scoped.sql" %}
)

select {{ columns | list("scoped_rows") }}
from scoped_rows
{%- if is_regrouped is defined and is_regrouped %}
where rep in (select regrouped_rep.rep_id from regrouped_rep)
{%- endif %}
