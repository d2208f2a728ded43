"""All review tables of customers, from facts and records (D-10 … D-14)."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from transforms.calendar import period_start
from transforms.customers.cohorts import cohort_repurchase
from transforms.customers.days import customer_days, homes
from transforms.customers.dormant import dormant_accounts
from transforms.customers.groups import group_sums
from transforms.customers.health import customer_health
from transforms.customers.health_inputs import survey_scores
from transforms.customers.losses import churn_reasons, win_back
from transforms.customers.matrix import customer_matrix
from transforms.customers.profile import CustomerBase, scoped_customers, with_type_before
from transforms.customers.worth import customer_worth
from transforms.parameters import Parameters
from transforms.periods import review_periods
from transforms.scopes import COMPANY
from transforms.tables.customers import CustomerProfile

_WEEK = timedelta(weeks=1)


def customer_tables(
    facts: Mapping[str, pl.LazyFrame],
    earlier_deals: pl.LazyFrame,
    records: Mapping[str, pl.DataFrame],
    parameters: Parameters,
) -> dict[str, pl.DataFrame]:
    """Compute every table of `transforms.tables.customers` and `dormant_account`, by name.

    `earlier_deals` are rows of the fact `open_deal` as of a week before: types at both days are
    reckoned from what is known now, so that only what happened in the week moves a customer.
    """
    as_of, first_month = parameters.week.ends_on, parameters.calendar.fiscal_year_starts_in
    rules = parameters.customers
    sales = facts["sale"].filter(pl.col("occurred_on") <= as_of)
    days = customer_days(sales)
    accounts = records["account"]
    base = CustomerBase(
        days,
        homes(sales, days, accounts, records["assignment"]),
        accounts,
        rules,
        first_month,
    )
    year_start = period_start(as_of, "year", first_month)
    before = scoped_customers(base, as_of - _WEEK, earlier_deals, year_start)
    scoped = with_type_before(scoped_customers(base, as_of, facts["open_deal"], year_start), before)
    company = scoped.filter(pl.col("scope_kind") == COMPANY)
    worth = customer_worth(base, facts, company, as_of)
    values = worth.values.with_columns(pl.lit(COMPANY).alias("scope_kind"))
    profile = scoped.join(values, on=["scope_kind", "account_id"], how="left")
    periods = review_periods(parameters.week, parameters.calendar)
    surveys = survey_scores(records, rules)
    return {
        "dormant_account": dormant_accounts(company),
        "customer_profile": CustomerProfile.validate(
            profile.select(CustomerProfile.column_names()).sort(CustomerProfile.primary_key()),
            cast=True,
        ),
        "customer_matrix": customer_matrix(scoped),
        "customer_group": group_sums(scoped, days, sales, periods),
        "customer_health": customer_health(company, records, surveys, days, as_of, rules),
        "win_back": win_back(scoped),
        "churn_reason": churn_reasons(scoped, as_of, rules.months),
        "cohort_repurchase": cohort_repurchase(base, as_of),
        "lifetime_model": worth.model,
    }
