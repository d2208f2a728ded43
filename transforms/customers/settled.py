"""Types that do not jump: a customer near a border keeps the side it was on (D-11)."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from transforms.customers.days import SCOPE
from transforms.customers.rules import CustomerRules
from transforms.customers.types import with_type

_KEY: Final = (*SCOPE, "account_id")
_BORDERS: Final = ("value", "potential")


def settled_types(weeks: Sequence[pl.DataFrame], rules: CustomerRules) -> pl.DataFrame:
    """Settle the types of the last of some consecutive weeks, and add type_before.

    `weeks` are `scoped_customers` at the ends of those weeks, oldest first, all reckoned from what
    is known now, so that a week gives the same types whenever it is reviewed. Of a customer that
    had a type, is_high_value and is_high_potential change when it lies beyond the border by more
    than `type_margin`, or has stayed across it for `type_reviews` weeks. The oldest week, and a
    customer's first with a type, are taken as they are. type_before is the settled type of the
    week before.
    """
    settled = _first(weeks[0])
    before = settled
    for week in weeks[1:]:
        before, settled = settled, _next(week, settled, rules)
    earlier = with_type(before).select(*_KEY, pl.col("customer_type").alias("type_before"))
    if len(weeks) == 1:
        earlier = earlier.clear()
    return with_type(settled).drop(_RUNS).join(earlier, on=_KEY, how="left", maintain_order="left")


_SIDES: Final = [f"{name}_side" for name in _BORDERS]
_RUNS: Final = [*_SIDES, *(f"{name}_weeks" for name in _BORDERS)]


def _first(week: pl.DataFrame) -> pl.DataFrame:
    """Every customer on the side it is on, for one week so far."""
    return week.with_columns(
        *(pl.col(f"is_high_{name}").alias(f"{name}_side") for name in _BORDERS),
        *(pl.lit(1, pl.Int64).alias(f"{name}_weeks") for name in _BORDERS),
    )


def _next(week: pl.DataFrame, before: pl.DataFrame, rules: CustomerRules) -> pl.DataFrame:
    """Settle one week by the week before it."""
    known = before.filter("is_typed").select(
        *_KEY, *_RUNS, *(pl.col(f"is_high_{name}").alias(f"{name}_settled") for name in _BORDERS)
    )
    joined = _first(week).join(known, on=_KEY, how="left", suffix="_before", maintain_order="left")
    counted = joined.with_columns(
        pl.when(pl.col(f"{name}_side") == pl.col(f"{name}_side_before"))
        .then(pl.col(f"{name}_weeks_before") + 1)
        .otherwise(1)
        .alias(f"{name}_weeks")
        for name in _BORDERS
    )
    return counted.with_columns(_side(name, rules) for name in _BORDERS).select(before.columns)


def _side(name: str, rules: CustomerRules) -> pl.Expr:
    side, kept = pl.col(f"{name}_side"), pl.col(f"{name}_settled")
    is_clear = pl.col(f"{name}_distance") > float(rules.type_margin)
    has_stayed = pl.col(f"{name}_weeks") >= rules.type_reviews
    is_kept = pl.col("is_typed") & side.is_not_null() & kept.is_not_null() & ~has_stayed
    return (
        pl.when(is_kept & ~is_clear.fill_null(value=False))
        .then(kept)
        .otherwise(side)
        .alias(f"is_high_{name}")
    )
