-- grain: that of the fact
-- purpose: the rows of a fact with the scopes of their own day (D-29), or with those of the as-of
--          date where the fact is regrouped: team and region of the rep's assignment then, else
--          the region that the document or the account names; a fact gives rep_id, account_id and
--          what it knows itself of region, product line and channel; one that knows a team without
--          a rep gives it as given_team, and one that has looked its account up gives
--          account_region and account_channel
-- $1 is the as-of date, $2 the scope of what nobody owns; scopes are texts, or values of a type
-- that has every name there is
{%- set name_type = name_type if name_type is defined else "varchar" %}
{#- `try_cast` looks once at each text stored, not at each row, and `cast` fails where it fails #}
{%- macro named(column) -%}
    coalesce(try_cast({{ column }} as {{ name_type }}), cast({{ column }} as {{ name_type }}))
{%- endmacro %}
{%- set is_today = is_regrouped is defined and is_regrouped %}
{%- set day = "cast($1 as date)" if is_today else "fact_rows.occurred_on" %}
with
fact_rows as (
    {% include "marts/" ~ ("split" if amounts is defined and amounts else fact) ~ ".sql" %}
),

{% if not knows_account %}
    accounts as (
        select
            account_id,
            cast(region as {{ name_type }}) as region,
            cast(channel as {{ name_type }}) as channel
        from account
    ),
{% endif %}

assignments as (
    select
        rep_id,
        cast(rep_id as {{ name_type }}) as rep,
        cast(team as {{ name_type }}) as team,
        cast(region as {{ name_type }}) as region,
        valid_from,
        valid_to,
        coalesce(
            lead(valid_from) over (partition by rep_id order by valid_from),
            cast('infinity' as date)
        ) as followed_on
    from assignment
),

owned_rows as (
    select
        fact_rows.*,
        assignments.rep as own_rep,
        assignments.team as own_team,
        assignments.region as own_region,
        {% if not knows_account %}
            accounts.region as account_region,
            accounts.channel as account_channel,
        {% endif %}
        (
            assignments.valid_to is null or {{ day }} <= assignments.valid_to
        ) as is_owned
    from fact_rows
    left join assignments
        on
            fact_rows.rep_id = assignments.rep_id
            and {{ day }} >= assignments.valid_from
            and {{ day }} < assignments.followed_on
    {% if not knows_account %}
        -- read above under the same condition; the linter tries conditions one at a time
        left join accounts on fact_rows.account_id = accounts.account_id -- noqa: ST11
    {% endif %}
)

select
    * exclude (
        rep_id,
        region,
        product_line,
        channel,
        {% if gives_team is defined and gives_team %}given_team,{% endif %}
        own_rep,
        own_team,
        own_region,
        is_owned,
        account_region,
        account_channel
    ),
    coalesce(
        case when is_owned then own_region end,
        {{ named("region") }},
        account_region,
        cast($2 as {{ name_type }})
    ) as region,
    coalesce(
        case when is_owned then own_team end,
        {% if gives_team is defined and gives_team %}
            {{ named("given_team") }},
        {% endif %}
        cast($2 as {{ name_type }})
    ) as team,
    coalesce(own_rep, {{ named("rep_id") }}, cast($2 as {{ name_type }})) as rep,
    coalesce({{ named("product_line") }}, cast($2 as {{ name_type }})) as product_line,
    coalesce(
        {{ named("channel") }}, account_channel, cast($2 as {{ name_type }})
    ) as channel
from owned_rows
