"""What the purchase models know of a customer: how often, how lately, for how long, how much."""

from datetime import date

import dataframely as dy
import polars as pl

from transforms.exact import ratio
from transforms.tables import columns as c
from transforms.tables.columns import NUMBER


class CustomerHistory(dy.Schema):
    """One row per customer with a purchase, as of a day."""

    account_id = c.key("Customer")
    frequency = dy.Int64(nullable=False, min=0, description="Days with a purchase after the first")
    recency_days = dy.Int64(nullable=False, min=0, description="From first to last purchase")
    age_days = dy.Int64(nullable=False, min=0, description="From first purchase to the day asked")
    repeat_amount = c.number("Net amount after the day of the first purchase", required=True)
    mean_value = dy.Float64(
        nullable=True, description="Repeat amount per repeat purchase; null where there is none"
    )

    @dy.rule()
    def is_last_purchase_within_age(cls) -> pl.Expr:
        """Nobody buys after the day asked."""
        return cls.recency_days.col <= cls.age_days.col


def customer_history(orders: pl.DataFrame, as_of: date) -> dy.DataFrame[CustomerHistory]:
    """Condense orders (account_id, ordered_on, net_amount) known up to and including a day.

    All orders of one day are one purchase. A day whose net amount is negative is a return: it
    lowers the amount but is no purchase. Orders without customer or day are left out.
    """
    days = (
        orders.filter(pl.col("account_id").is_not_null() & (pl.col("ordered_on") <= as_of))
        .group_by("account_id", "ordered_on")
        .agg(pl.col("net_amount").cast(NUMBER).sum())
        .with_columns((pl.col("net_amount") >= 0).alias("is_purchase"))
    )
    bought = pl.col("ordered_on").filter("is_purchase")
    history = (
        days.group_by("account_id")
        .agg(
            bought.len().cast(pl.Int64).sub(1).alias("frequency"),
            bought.min().alias("first_on"),
            bought.max().alias("last_on"),
            pl.col("net_amount")
            .filter(pl.col("ordered_on") > bought.min())
            .sum()
            .alias("repeat_amount"),
        )
        .filter(pl.col("first_on").is_not_null())
        .select(
            "account_id",
            "frequency",
            (pl.col("last_on") - pl.col("first_on")).dt.total_days().alias("recency_days"),
            (pl.lit(as_of) - pl.col("first_on")).dt.total_days().alias("age_days"),
            "repeat_amount",
            ratio(pl.col("repeat_amount"), pl.col("frequency")).alias("mean_value"),
        )
        .sort("account_id")
    )
    return CustomerHistory.validate(history, cast=True)
