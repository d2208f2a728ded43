-- grain: one row per name
-- purpose: the names that a scope can have, as a type whose values take a number instead of a text:
--          what the scope columns of core tables hold, and the scope of what nobody owns
create or replace temp type scope_name as enum (
    with
    names as (
        {% for entity, column in columns %}
        select distinct {{ column | quoted }} as name from {{ entity | quoted }}
        union all
        {% endfor %}
        select name from unassigned
    )

    select distinct name from names
    where name is not null
    order by name
)
