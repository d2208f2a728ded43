-- Purpose: the rows of a fact into its published table. Grain: that of the fact.
-- $1 is the as-of date, $2 the scope of what nobody owns
insert into finance_file.{{ table | quoted }} by name
with
scoped_rows as (
    {% include "marts/scoped.sql" %}
)

select {{ columns | list("scoped_rows") }}
from scoped_rows
