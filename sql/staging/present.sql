-- Purpose: every key that the files of a snapshot have. Grain: one row per key and file.
create or replace temp table present as
select {{ key | list("listed") }}
from listed
{% for table in tables %}
union all
select {{ key | list("arrived") }}
from {{ table | quoted }} as arrived
{% endfor %}
