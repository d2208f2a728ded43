-- Purpose: how full each column of an entity is in the files of a source that were only looked at
-- (`check`). Grain: one row per file and column. Parameters: source.
with typed as (
    select * from {{ ("core." ~ entity) | quoted }} where source = $source
),

counted as (
    select
        typed.file_id,
        count(*) as rows
        {%- for column in columns %},
        count(typed.{{ column | quoted }}) as {{ column | quoted }}
        {%- endfor %}
    from typed
    group by typed.file_id
)

unpivot counted
on {{ columns | list }}
into name "column" value filled
