"""Customers that fell silent (D-12)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from transforms.tables.columns import MONEY
from transforms.tables.review import DormantAccount

DORMANT_MONTHS: Final = 6
KEY_PERCENT: Final = 20
"""Key customers are this part of all customers, counted from the largest."""

_YEAR: Final = "12mo"


def dormant_accounts(
    facts: Mapping[str, pl.LazyFrame], accounts: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """List the customers without a sale for 6 calendar months (D-12, `DormantAccount`).

    Sales before are the net sales of the 12 months up to the last sale. Key is who is flagged in
    the CRM or, ranked by those sales, belongs to the top 20 % of the customers.
    A customer recorded as lost is not dormant but lost. Sorted by sales before, largest first.
    """
    sales = facts["sale"].filter(pl.col("account_id").is_not_null()).collect()
    last = (
        sales.filter(pl.col("document_kind") == "sale")
        .sort("occurred_on", "order_id", "team", "rep")
        .group_by("account_id", maintain_order=True)
        .agg(pl.col("occurred_on", "team", "rep").last())
        .rename({"occurred_on": "last_ordered_on"})
    )
    before = (
        sales.join(last.select("account_id", "last_ordered_on"), on="account_id")
        .filter(
            (pl.col("occurred_on") <= pl.col("last_ordered_on"))
            & (pl.col("occurred_on") > pl.col("last_ordered_on").dt.offset_by(f"-{_YEAR}"))
        )
        .group_by("account_id")
        .agg(pl.col("net_amount").sum().cast(MONEY).alias("sales_before"))
    )
    known = accounts.select(
        "account_id",
        "account_name",
        pl.col("is_key").alias("is_flagged"),
        (pl.col("lost_on") <= as_of).fill_null(value=False).alias("is_lost"),
    )
    frame = (
        last.join(before, on="account_id")
        .join(known, on="account_id", how="left")
        .sort("sales_before", "account_id", descending=[True, False])
        .with_columns(
            (_is_top() | pl.col("is_flagged").fill_null(value=False)).alias("is_key"),
            pl.col("account_name").fill_null(pl.col("account_id")),
        )
        .with_columns(_months_silent(as_of).alias("months_silent"))
        .filter(
            (pl.col("months_silent") >= DORMANT_MONTHS) & ~pl.col("is_lost").fill_null(value=False)
        )
    )
    return DormantAccount.validate(frame.select(DormantAccount.column_names()), cast=True)


def _is_top() -> pl.Expr:
    """Whether fewer than 20 % of the customers, which are sorted by sales, sell more."""
    above = pl.int_range(pl.len())
    return (above * 100 < pl.len() * KEY_PERCENT) & (pl.col("sales_before") > 0)


def _months_silent(as_of: date) -> pl.Expr:
    """Whole calendar months since the last sale; a day the month does not have is its last."""
    last = pl.col("last_ordered_on")
    begun = (as_of.year - last.dt.year()) * 12 + as_of.month - last.dt.month().cast(pl.Int32)
    is_short = last.dt.offset_by(pl.format("{}mo", begun)) > as_of
    return (begun - is_short.cast(pl.Int32)).cast(pl.Int64)
