-- Purpose: a delimited file as a relation with the columns c1 … cn; the part that bulk_read,
-- bulk_texts and bulk_underscores have in common. Grain: one row per row of the file.
-- The buffer is four times the usual one: with smaller ones DuckDB writes row groups twice.
-- Parameters: path, header, skip, delimiter, quote, nulls; date_format where a day is typed.
read_csv(
    $path,
    columns = { {{ file_types }} },
    auto_detect = false,
    header = $header,
    skip = $skip,
    delim = $delimiter,
    quote = $quote,
    escape = $quote,
    nullstr = $nulls,
    {% if is_typed and date_format %}dateformat = $date_format,{% endif %}
    buffer_size = 134217728,
    encoding = 'utf-8'
)
