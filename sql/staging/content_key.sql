-- Purpose: a key for exports without one: hash of all cells and number of the occurrence, so that
-- identical rows are kept and their order does not matter. Grain: one row per row of the file.
with hashed as (
    select
        texts.row_number as row_number,
        md5(concat_ws(chr(31){% for column in columns %}, coalesce(texts.{{ column | quoted }}, chr(30)){% endfor %})) as content
    from texts
)

select
    hashed.row_number as row_number,
    concat(
        hashed.content,
        '-',
        row_number() over (partition by hashed.content order by hashed.row_number)
    ) as content_key
from hashed
