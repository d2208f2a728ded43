-- Purpose: the cells of a delimited file as text, and whether a row has one that is no plain value of
-- its type or breaks what the entity asks for. Grain: one row per row of the file. Parameters: path,
-- delimiter, quote, nulls, header, skip, date_format, the blanks in the file, maps, words, bounds.
create or replace temp table arrived_texts as
select
    *,
    coalesce(
        {% for column in columns if column.origin %}
        {% set cell %}arrived.{{ column.origin | quoted }}{% endset %}
        {% if column.is_required %}
        {{ cell }} is null or
        {% endif %}
        (
            {{ cell }} is not null
            and (
                {% if column.kind == "text" %}
                {% for blank in blanks %}
                starts_with({{ cell }}, ${{ blank }}) or ends_with({{ cell }}, ${{ blank }}) or
                {% endfor %}
                {% if column.mapped %}
                ${{ column.parameter }}[{{ cell }}] is null or
                {% elif column.words %}
                not list_contains(${{ column.words }}, {{ cell }}) or
                {% endif %}
                {% elif column.kind == "day" %}
                coalesce(
                    cast(try_strptime({{ cell }}, $date_format) as date)
                    not between
                    {% if column.least %}
                    greatest(date '1900-01-02', cast(${{ column.least }} as date))
                    {% else %}
                    date '1900-01-02'
                    {% endif %}
                    and date '2999-12-31',
                    true
                ) or
                {% elif column.kind == "number" %}
                contains({{ cell }}, '_') or
                coalesce(
                    abs(try_cast({{ cell }} as {{ column.type }})) >= 1000000000000000, true
                ) or
                {% endif %}
                false
            )
        ) or
        {% endfor %}
        false,
        true
    ) as is_odd
from
    {% include "staging/bulk_file.sql" %} as arrived
