-- grain: that of the fact
-- purpose: the columns of a fact that measures read, its scopes as values of `scope_name`; where
--          only some reps count, of those of `chosen_rep` alone
-- $1 is the as-of date, $2 the scope of what nobody owns
{%- set name_type = "scope_name" %}
with
scoped_rows as (
    {% include "marts/scoped.sql" %}
)

select {{ columns | list("scoped_rows") }}
from scoped_rows
{%- if is_of_reps is defined and is_of_reps %}
where rep in (select chosen_rep.rep_id from chosen_rep)
{%- endif %}
