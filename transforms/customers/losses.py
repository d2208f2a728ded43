"""Who is worth winning back, and why customers were lost (D-14)."""

from datetime import date

import polars as pl

from transforms.calendar import add_months
from transforms.customers.days import SCOPE
from transforms.exact import ratio
from transforms.tables.columns import NUMBER
from transforms.tables.customers import ChurnReason, WinBack


def win_back(profile: pl.DataFrame) -> pl.DataFrame:
    """List dormant and lost customers by the sales that are missing, largest first (`WinBack`).

    The amount is what a customer bought in the 12 months up to its last order: what its
    reactivation would bring in a year. Those whose amount is not above zero are left out.
    """
    amount = pl.col("sales_before")
    frame = (
        profile.filter(pl.col("customer_group").is_in(["dormant", "lost"]) & (amount > 0))
        .sort(*SCOPE, "sales_before", "account_id", descending=[False, False, True, False])
        .with_columns(
            pl.int_range(1, pl.len() + 1).over(SCOPE).alias("position"),
            amount.alias("amount"),
            amount.cast(NUMBER).cum_sum().over(SCOPE).alias("running_amount"),
        )
    )
    return WinBack.validate(frame.select(WinBack.column_names()), cast=True)


def churn_reasons(profile: pl.DataFrame, as_of: date, months: int = 12) -> pl.DataFrame:
    """Rank the recorded reasons of the customers lost in a window by amount (`ChurnReason`).

    Customers lost by silence alone have no reason on record: their row has none. The amounts are
    those of `win_back`, so that both pages say the same.
    """
    is_recent = pl.col("lost_on").is_between(add_months(as_of, -months), as_of, closed="right")
    lost = profile.filter((pl.col("customer_group") == "lost") & is_recent)
    amount = pl.col("amount")
    frame = (
        lost.with_columns(pl.when("is_recorded_lost").then("lost_reason").alias("reason"))
        .group_by(*SCOPE, "reason")
        .agg(
            pl.len().cast(pl.Int64).alias("customers"),
            pl.col("sales_before").fill_null(0).sum().cast(NUMBER).alias("amount"),
        )
        .sort(*SCOPE, "amount", "reason", descending=[False, False, True, False])
        .with_columns(
            pl.int_range(1, pl.len() + 1).over(SCOPE).alias("position"),
            ratio(amount, amount.cast(pl.Float64).sum().over(SCOPE)).alias("share"),
        )
    )
    return ChurnReason.validate(frame.select(ChurnReason.column_names()), cast=True)
