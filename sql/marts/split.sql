-- grain: one row per row of the fact and rep credited with a part of its document
-- purpose: credit splits (D-29): every amount is cut at its cumulated shares, rounded towards
--          zero, so that the parts add up to it to the last unit; shares below 1 in all leave the
--          rest to the document's own rep, above 1 they are weights
-- $1 is the as-of date
with
document_rows as (
    {% include "marts/" ~ fact ~ ".sql" %}
),

credit_splits as (
    select * from credit_split
    where document_kind = '{{ document_kind }}'
),

credits as (
    select
        document_id,
        rep_id,
        cast(share * 1000000 as hugeint) as weight
    from credit_splits
    union all
    select
        document_id,
        cast(null as varchar) as rep_id,
        cast((1 - sum(share)) * 1000000 as hugeint) as weight
    from credit_splits
    group by document_id
    having sum(share) < 1
),

cuts as (
    select
        document_id,
        rep_id as credited_rep_id,
        sum(weight) over (partition by document_id) as whole,
        coalesce(
            sum(weight) over (
                partition by document_id
                order by weight desc, rep_id nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as cut_from,
        sum(weight) over (
            partition by document_id
            order by weight desc, rep_id nulls last
            rows between unbounded preceding and current row
        ) as cut_to
    from credits
)

select
    document_rows.* replace (
        coalesce(cuts.credited_rep_id, document_rows.rep_id) as rep_id
        {%- for amount, digits in amounts.items() %},
        case
            when cuts.whole is null then document_rows.{{ amount | quoted }}
            else cast(
                cast(
                    cast(document_rows.{{ amount | quoted }} * 1{{ "0" * digits }} as hugeint)
                    * cast(cuts.cut_to as hugeint) // cast(cuts.whole as hugeint)
                    - cast(document_rows.{{ amount | quoted }} * 1{{ "0" * digits }} as hugeint)
                    * cast(cuts.cut_from as hugeint) // cast(cuts.whole as hugeint)
                    as decimal(24, 0)
                ) * cast(0.{{ "0" * (digits - 1) }}1 as decimal(8, {{ digits }}))
                as decimal(30, {{ digits }})
            )
        end as {{ amount | quoted }}
        {%- endfor %}
    )
from document_rows
left join cuts on document_rows.{{ document | quoted }} = cuts.document_id
