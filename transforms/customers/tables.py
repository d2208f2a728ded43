"""All review tables of customers, from facts and records (D-10 … D-14)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

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
from transforms.customers.profile import CustomerBase, scoped_customers
from transforms.customers.settled import settled_types
from transforms.customers.worth import Worth, customer_worth
from transforms.parameters import Parameters
from transforms.periods import review_periods
from transforms.reads import Columns
from transforms.scopes import COMPANY
from transforms.tables.customers import CustomerProfile

FACTS_READ: Final[Columns] = {
    "sale": (
        "occurred_on",
        "account_id",
        "order_id",
        "document_kind",
        "net_amount",
        "margin_amount",
    ),
    "spend": ("occurred_on", "amount"),
    "signed_contract": ("occurred_on", "account_id"),
    "open_deal": ("account_id", "weighted_amount"),
}
"""Columns that `customer_tables` reads, of earlier deals as well."""
RECORDS_READ: Final = (
    "account",
    "assignment",
    "complaint",
    "invoice",
    "payment",
    "satisfaction",
    "usage",
)
"""Records that `customer_tables` reads."""

_WEEK = timedelta(weeks=1)


def customer_tables(
    facts: Mapping[str, pl.LazyFrame],
    earlier_deals: Sequence[pl.LazyFrame],
    records: Mapping[str, pl.DataFrame],
    parameters: Parameters,
) -> dict[str, pl.DataFrame]:
    """Compute every table of `transforms.tables.customers` and `dormant_account`, by name.

    `earlier_deals` are rows of the fact `open_deal` as of one week before, two weeks before, and so
    on: types of all these days are reckoned from what is known now, so that only what happened
    moves a customer, and are settled one week after the other (`settled_types`).
    """
    as_of, rules = parameters.week.ends_on, parameters.customers
    sales = facts["sale"].filter(pl.col("occurred_on") <= as_of)
    base = _base(sales, records, parameters)
    days, year_start = base.days, period_start(as_of, "year", base.fiscal_year_starts_in)
    weeks = [
        scoped_customers(base, as_of - back * _WEEK, deals, year_start)
        for back, deals in enumerate((facts["open_deal"], *earlier_deals))
    ]
    scoped = settled_types(weeks[::-1], rules)
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


def valued_customers(
    facts: Mapping[str, pl.LazyFrame], records: Mapping[str, pl.DataFrame], parameters: Parameters
) -> Worth:
    """Value the customers alone (D-14), the same as `customer_tables` does.

    Its values have scope_kind, team and rep beside them, as `customer_value` asks for. Of the
    facts it takes sale, spend and signed_contract, of the records account and assignment.
    """
    as_of = parameters.week.ends_on
    base = _base(facts["sale"].filter(pl.col("occurred_on") <= as_of), records, parameters)
    standing = base.at(as_of)
    worth = customer_worth(base, facts, standing, as_of)
    homes = standing.select("account_id", "team", "rep")
    values = worth.values.join(homes, on="account_id", how="left", maintain_order="left")
    return Worth(worth.model, values.with_columns(pl.lit(COMPANY).alias("scope_kind")))


def _base(
    sales: pl.LazyFrame, records: Mapping[str, pl.DataFrame], parameters: Parameters
) -> CustomerBase:
    days, accounts = customer_days(sales), records["account"]
    return CustomerBase(
        days,
        homes(sales, days, accounts, records["assignment"]),
        accounts,
        parameters.customers,
        parameters.calendar.fiscal_year_starts_in,
    )
