-- Purpose: how many cells of number columns hold an underscore. Grain: one row.
-- Parameters: path, delimiter, quote, nulls, header, skip.
select
    count(*) filter (
        where {% for column in cells %}contains(arriving.{{ column | quoted }}, '_') or {% endfor %}false
    ) as underscored
from read_csv(
    $path,
    columns = { {{ file_types }} },
    auto_detect = false,
    header = $header,
    skip = $skip,
    delim = $delimiter,
    quote = $quote,
    escape = $quote,
    nullstr = $nulls,
    encoding = 'utf-8'
) as arriving
