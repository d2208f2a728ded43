-- Purpose: how many cells of number columns hold an underscore. Grain: one row.
-- Parameters: path, delimiter, quote, nulls, header, skip.
select
    count(*) filter (
        where {% for column in cells %}contains(arriving.{{ column | quoted }}, '_') or {% endfor %}false
    ) as underscored
from
    {% include "staging/bulk_file.sql" %} as arriving
