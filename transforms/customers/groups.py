"""Groups of customers (D-12): overlapping flags, and one additive group by first match."""

from datetime import date

import polars as pl

from transforms.customers.days import SCOPE, in_scopes
from transforms.customers.rules import GROUPS, NO_CUSTOMER, CustomerRules
from transforms.tables.columns import NUMBER
from transforms.tables.customers import CustomerGroup


def with_key(scoped: pl.DataFrame, rules: CustomerRules) -> pl.DataFrame:
    """Add is_key, per scope: flagged, or among the largest 20 % of the customers by sales before.

    A customer is among them if fewer than 20 % of the customers sell more; customers that sell
    the same stand in the order of their numbers.
    """
    part, whole = rules.key_share.as_integer_ratio()
    place = pl.int_range(pl.len()).over(SCOPE)
    customers = (~pl.col("is_prospect")).sum().over(SCOPE)
    is_top = (place * whole < customers * part) & (pl.col("sales_before") > 0)
    return scoped.sort(
        "sales_before", "account_id", descending=[True, False], nulls_last=True
    ).with_columns(
        (is_top.fill_null(value=False) | pl.col("is_flagged")).alias("is_key"),
    )


def group(period_starts_on: date) -> pl.Expr:
    """The one group of a customer in a period: the first that fits (D-12)."""
    is_new = (pl.col("first_ordered_on") >= period_starts_on).fill_null(value=False)
    return (
        pl.when("is_prospect")
        .then(pl.lit("prospect"))
        .when("is_lost")
        .then(pl.lit("lost"))
        .when("is_dormant")
        .then(pl.lit("dormant"))
        .when("is_key")
        .then(pl.lit("key"))
        .when(is_new)
        .then(pl.lit("new"))
        .otherwise(pl.lit("existing"))
    )


def group_sums(
    scoped: pl.DataFrame, days: pl.DataFrame, sales: pl.LazyFrame, periods: pl.DataFrame
) -> pl.DataFrame:
    """Count customers and add up sales by group, for every current period (`CustomerGroup`).

    In every scope the customers of the groups are all its customers, and the sales add up to
    those of the period, lines that name no customer included as a rest of their own.
    """
    nobody = _without_customer(sales)
    parts = []
    for period in periods.filter(pl.col("role") == "current").iter_rows(named=True):
        start, end = period["period_start"], period["period_end"]
        within = pl.col("occurred_on").is_between(start, end)
        sold = days.filter(within).group_by("account_id").agg(pl.col("net_amount").sum())
        grouped = (
            scoped.select(*SCOPE, "account_id", group(start).alias("customer_group"))
            .join(sold, on="account_id", how="left")
            .group_by(*SCOPE, "customer_group")
            .agg(pl.len().cast(pl.Int64).alias("customers"), _total("net_amount"))
        )
        rest = (
            nobody.filter(within)
            .group_by(SCOPE)
            .agg(pl.lit(NO_CUSTOMER).alias("customer_group"), _none(), _total("net_amount"))
        )
        parts.append(
            _every_group(pl.concat([grouped, rest])).with_columns(
                pl.lit(period["period_kind"]).alias("period_kind"),
                pl.lit(start).alias("period_start"),
                pl.lit(end).alias("period_end"),
            )
        )
    frame = pl.concat(parts) if parts else CustomerGroup.create_empty()
    return CustomerGroup.validate(
        frame.select(CustomerGroup.column_names()).sort(CustomerGroup.primary_key()), cast=True
    )


def _total(column: str) -> pl.Expr:
    return pl.col(column).sum().cast(NUMBER).alias("sales")


def _none() -> pl.Expr:
    return pl.lit(0, dtype=pl.Int64).alias("customers")


def _without_customer(sales: pl.LazyFrame) -> pl.DataFrame:
    """Sales by day that name no customer, for the company and for every team."""
    days = (
        sales.filter(pl.col("account_id").is_null())
        .group_by(pl.col("team").cast(pl.String), "occurred_on")
        .agg(pl.col("net_amount").sum())
        .collect()
    )
    return in_scopes(days)


def _every_group(found: pl.DataFrame) -> pl.DataFrame:
    """Every group of every scope, an empty one with 0."""
    names = pl.DataFrame({"customer_group": [*GROUPS, NO_CUSTOMER]})
    return (
        found.select(SCOPE)
        .unique()
        .join(names, how="cross")
        .join(found, on=[*SCOPE, "customer_group"], how="left")
        .with_columns(
            pl.col("customers").fill_null(0), pl.col("sales").fill_null(pl.lit(0).cast(NUMBER))
        )
    )
