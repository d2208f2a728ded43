"""Cuts: a measured quantity, actual and reference, by every dimension it can be cut along."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal

import polars as pl

from transforms.catalogue import Measure
from transforms.why.case import fraction, number

SHARED: Final = ("region", "team", "rep", "channel")
"""Dimensions that all rows of one order or customer share: distinct counts add up along them."""

DIMENSIONS: Final = ("region", "team", "rep", "product_line", "channel", "segment")
FINE: Final = {"product": "product_id", "customer": "account_id"}
"""Dimensions with many members, used alone, for sales to existing customers."""

SIDES: Final = ("n1", "d1", "n0", "d0")
"""Actual numerator and denominator, reference numerator and denominator."""

Kind = Literal["sum", "rate", "effect"]


@dataclass(frozen=True)
class Cut:
    """One row per combination of members, with the exact sides summed.

    sum: n1 against factor × n0. rate: n1 ÷ d1 against factor × n0 ÷ d0. effect: n1 − n0, both of
    the actual period, for a change that the reference by its nature does not have (price, mix).
    """

    rows: pl.DataFrame
    dimensions: tuple[str, ...]
    kind: Kind
    factor: Fraction = Fraction(1)

    def sides(self, where: pl.Expr | None = None) -> tuple[Fraction, ...]:
        """Sum (n1, d1, n0, d0), of all rows or of those that a condition holds for."""
        return self._all_sides if where is None else _summed(self.rows.filter(where))

    @cached_property
    def _all_sides(self) -> tuple[Fraction, ...]:
        return _summed(self.rows)

    def values(self, where: pl.Expr | None = None) -> tuple[Fraction, Fraction]:
        """Form the actual and the reference; a rate that only one side knows stays the same."""
        n1, d1, n0, d0 = self.sides(where)
        if self.kind != "rate":
            return n1, self.factor * n0
        actual = n1 / d1 if d1 else None
        reference = self.factor * n0 / d0 if d0 else None
        known = actual if actual is not None else reference if reference is not None else Fraction()
        return actual if actual is not None else known, known if reference is None else reference

    @property
    def is_defined(self) -> bool:
        """Whether no rate has a numerator over nothing."""
        n1, d1, n0, d0 = self.sides()
        return self.kind != "rate" or not ((n1 and not d1) or (n0 and not d0))

    @property
    def is_known_now(self) -> bool:
        """Whether a rate has an actual denominator."""
        return self.kind != "rate" or self.sides()[1] != 0

    @property
    def is_known_before(self) -> bool:
        """Whether a rate has a denominator in the reference."""
        return self.kind != "rate" or self.sides()[3] != 0

    def scaled(self, factor: Fraction) -> "Cut":
        """Multiply the reference."""
        return replace(self, factor=factor)


def _summed(rows: pl.DataFrame) -> tuple[Fraction, ...]:
    return tuple(fraction(value) for value in rows.select(pl.sum(*SIDES)).row(0))


def amounts(rows: pl.DataFrame, measure: Measure, *, fine: bool = False) -> pl.DataFrame:
    """Measure two-sided rows: dimensions and `amount`, exact; a distinct count once a stretch."""
    where = rows if measure.where is None else rows.filter(measure.where)
    names = dict(FINE) if fine else {}
    columns = [name for name in DIMENSIONS if name in rows.columns]
    if measure.how == "count_distinct" and measure.column is not None:
        columns = [name for name in columns if name in SHARED]
        keys = ["is_actual", "period_start", measure.column]
        where = where.drop_nulls(measure.column).sort("occurred_on", *columns, measure.column)
        where = where.unique(keys, keep="first", maintain_order=True)
        amount = pl.lit(measure.factor)
    elif measure.column is None:
        amount = pl.lit(measure.factor)
    elif measure.how == "count":
        amount = pl.col(measure.column).is_not_null().cast(pl.Int64) * measure.factor
    else:
        amount = pl.col(measure.column).fill_null(0) * measure.factor
    return where.select(
        *columns,
        *(pl.col(column).fill_null("").alias(name) for name, column in names.items()),
        "is_actual",
        number(amount).alias("amount"),
    )


def joined(parts: Iterable[tuple[pl.DataFrame, str, str]], kind: Kind) -> Cut:
    """Sum measured amounts into the sides that they belong to.

    Each part is (amounts, side of its actual rows, side of its reference rows); the dimensions
    are those that all parts have.
    """
    given = list(parts)
    shared = set.intersection(*(set(frame.columns) for frame, _, _ in given))
    dimensions = tuple(name for name in (*DIMENSIONS, *FINE) if name in shared)
    zero = number(pl.lit(0))
    sided = [
        frame.lazy().select(
            *dimensions,
            *(
                pl.when(pl.col("is_actual") if side == actual else ~pl.col("is_actual"))
                .then(pl.col("amount"))
                .otherwise(zero)
                .alias(side)
                if side in {actual, reference}
                else zero.alias(side)
                for side in SIDES
            ),
        )
        for frame, actual, reference in given
    ]
    rows = pl.concat(sided)
    if dimensions:
        rows = rows.group_by(dimensions).agg(pl.sum(*SIDES)).sort(dimensions)
    return Cut(rows.collect(), dimensions, kind)


def sum_cut(rows: pl.DataFrame, measure: Measure, *, fine: bool = False) -> Cut:
    """Cut a sum or a count."""
    return joined([(amounts(rows, measure, fine=fine), "n1", "n0")], "sum")


def rate_cut(
    numerators: pl.DataFrame, numerator: Measure, denominators: pl.DataFrame, denominator: Measure
) -> Cut:
    """Cut a ratio, whose sides may come from different facts."""
    parts = [
        (amounts(numerators, numerator), "n1", "n0"),
        (amounts(denominators, denominator), "d1", "d0"),
    ]
    return joined(parts, "rate")
