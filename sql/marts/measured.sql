-- grain: that of the fact
-- purpose: the columns of a fact that measures read, its scopes as values of `scope_name`
-- $1 is the as-of date, $2 the scope of what nobody owns
with
scoped_rows as (
    {% include "marts/scoped.sql" %}
)

select
    {{ columns | list("scoped_rows") }},
    {% for scope in scopes %}
    cast(scoped_rows.{{ scope | quoted }} as scope_name) as {{ scope | quoted }}{{ "," if not loop.last }}
    {% endfor %}
from scoped_rows
