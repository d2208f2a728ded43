-- grain: that of the fact
-- purpose: the rows of a fact with the scopes of their own day (D-29): team and region of the
--          rep's assignment then, else the region that the document or the account names; a fact
--          gives rep_id, account_id and what it knows itself of region, product line and channel,
--          and one that knows a team without a rep gives it as given_team
-- $1 is the as-of date, $2 the scope of what nobody owns
with
fact_rows as (
    {% include "marts/" ~ ("split" if amounts is defined and amounts else fact) ~ ".sql" %}
),

accounts as (select * from account),

assignments as (
    select
        *,
        coalesce(
            lead(valid_from) over (partition by rep_id order by valid_from),
            cast('infinity' as date)
        ) as followed_on
    from assignment
),

owned_rows as (
    select
        fact_rows.*,
        assignments.team as own_team,
        assignments.region as own_region,
        (
            assignments.valid_to is null or fact_rows.occurred_on <= assignments.valid_to
        ) as is_owned,
        accounts.region as account_region,
        accounts.channel as account_channel
    from fact_rows
    left join assignments
        on
            fact_rows.rep_id = assignments.rep_id
            and fact_rows.occurred_on >= assignments.valid_from
            and fact_rows.occurred_on < assignments.followed_on
    left join accounts on fact_rows.account_id = accounts.account_id
)

select
    * exclude (
        rep_id,
        region,
        product_line,
        channel,
        {% if gives_team is defined and gives_team %}given_team,{% endif %}
        own_team,
        own_region,
        is_owned,
        account_region,
        account_channel
    ),
    coalesce(case when is_owned then own_region end, region, account_region, $2) as region,
    coalesce(
        case when is_owned then own_team end,
        {% if gives_team is defined and gives_team %}given_team,{% endif %}
        $2
    ) as team,
    coalesce(rep_id, $2) as rep,
    coalesce(product_line, $2) as product_line,
    coalesce(channel, account_channel, $2) as channel
from owned_rows
