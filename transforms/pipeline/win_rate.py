"""The win rate by count and by amount, over 13 weeks and the 13 before."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.exact import ratio
from transforms.reads import Columns
from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.tables.columns import MONEY
from transforms.tables.pipeline import WinRate

FACTS_READ: Final[Columns] = {"deal_closed": ("occurred_on", "is_won", "amount")}
"""Columns that `win_rates` reads."""
WINDOW: Final = timedelta(weeks=13)
_DAY: Final = timedelta(days=1)
_SCOPE: Final = ["scope_kind", "scope"]


def win_rates(facts: Mapping[str, pl.LazyFrame], as_of: date) -> pl.DataFrame:
    """Won ÷ (won + lost) of every scope, by close date, counted and weighted by value.

    Two windows: the 13 weeks to `as_of`, and the 13 before them. A deal without a value counts
    in the rate by count alone. Returns `WinRate` rows of the scopes in which anything closed.
    """
    closed = facts["deal_closed"].collect()
    frames = [_window(closed, as_of - WINDOW * back) for back in (0, 1)]
    return WinRate.validate(pl.concat(frames), cast=True).sort(*_SCOPE, "window_start")


def _window(closed: pl.DataFrame, last: date) -> pl.DataFrame:
    first = last - WINDOW + _DAY
    rows = closed.filter(pl.col("occurred_on").is_between(first, last))
    return (
        pl.concat([_of_kind(rows, kind) for kind in SCOPE_KINDS])
        .with_columns(
            pl.lit(first).alias("window_start"),
            pl.lit(last).alias("window_end"),
            ratio(pl.col("won_count"), pl.col("closed_count")).alias("by_count"),
            ratio(pl.col("won_amount"), pl.col("closed_amount")).alias("by_amount"),
        )
        .select(WinRate.column_names())
    )


def _of_kind(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    value, is_won = pl.col("amount"), pl.col("is_won")
    scope = pl.lit(COMPANY) if kind == COMPANY else pl.col(kind).cast(pl.String)
    has_value = value.count() > 0
    return rows.group_by(scope.alias("scope")).agg(
        pl.lit(kind).alias("scope_kind"),
        is_won.sum().cast(pl.Int64).alias("won_count"),
        pl.len().cast(pl.Int64).alias("closed_count"),
        pl.when(has_value).then(value.filter(is_won).sum().cast(MONEY)).alias("won_amount"),
        pl.when(has_value).then(value.sum().cast(MONEY)).alias("closed_amount"),
        value.null_count().cast(pl.Int64).alias("without_amount"),
    )
