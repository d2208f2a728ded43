-- grain: that of the fact
-- purpose: the marked rows of a fact that are read twice, for groups and for documents
-- $1 is the as-of date, $2 the scope of what nobody owns; the others are what marks compare with
create or replace temp table marked_row as
{% include "marts/marked.sql" %}
