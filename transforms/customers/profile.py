"""One row per customer: scores, type, group and flags, in the company and in its team."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.customers.days import in_scopes
from transforms.customers.groups import group, with_key
from transforms.customers.rules import CustomerRules
from transforms.customers.scores import rfm_scores
from transforms.customers.standing import standing
from transforms.customers.types import typed


@dataclass(frozen=True)
class CustomerBase:
    """What the figures of all customers are made from, whatever the day."""

    days: pl.DataFrame
    """`customer_days`."""
    homes: pl.DataFrame
    accounts: pl.DataFrame
    rules: CustomerRules
    fiscal_year_starts_in: int = 1

    def at(self, as_of: date) -> pl.DataFrame:
        """Where every customer stands at a day, with its team and rep."""
        found = standing(self.days, self.accounts, as_of, self.rules, self.fiscal_year_starts_in)
        return found.join(self.homes, on="account_id", how="left").with_columns(
            pl.col("is_key").fill_null(value=False).alias("is_flagged")
        )


def scoped_customers(
    base: CustomerBase, as_of: date, open_deals: pl.LazyFrame, year_start: date
) -> pl.DataFrame:
    """Score, type and group the customers at a day, among all and among those of their team."""
    scoped = with_key(in_scopes(base.at(as_of)), base.rules)
    found = typed(rfm_scores(scoped, base.rules), open_deals, base.rules)
    return found.with_columns(group(year_start).alias("customer_group"), _is_new(year_start))


def _is_new(year_start: date) -> pl.Expr:
    is_new = pl.col("first_ordered_on") >= year_start
    return is_new.fill_null(value=False).alias("is_new")
