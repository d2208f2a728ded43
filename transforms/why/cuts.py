"""Cuts: a measured quantity, actual and reference, by every dimension it can be cut along."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal

import polars as pl

from transforms.catalogue import Measure
from transforms.scopes import COMPANY
from transforms.why.case import number
from transforms.why.cells import SIDES, Cells, Part
from transforms.why.sums import first_by, summed_by

SHARED: Final = ("region", "team", "rep", "channel")
"""Dimensions that all rows of one order or customer share: distinct counts add up along them."""

DIMENSIONS: Final = ("region", "team", "rep", "product_line", "channel", "segment")
FINE: Final = {"product": "product_id", "customer": "account_id"}
"""Dimensions with many members, used alone, for sales to existing customers."""

Kind = Literal["sum", "rate", "effect"]
Sides = tuple[Fraction, Fraction, Fraction, Fraction]
Members = Mapping[str, str]
"""Dimension to member; what no member is named of is all of it."""


@dataclass(frozen=True)
class Later:
    """Cells that are put together when they are looked at."""

    put_together: Callable[[], Cells]

    @cached_property
    def cells(self) -> Cells:
        """The cells."""
        return self.put_together()


@dataclass(frozen=True)
class Cut:
    """Cells with the exact sides summed, and the same alone by each dimension of many members.

    sum: n1 against factor × n0. rate: n1 ÷ d1 against factor × n0 ÷ d0. effect: n1 − n0, both of
    the actual period, for a change that the reference by its nature does not have (price, mix).
    """

    cells: Cells
    kind: Kind
    factor: Fraction = Fraction(1)
    fine: Mapping[str, Later] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        rows: pl.DataFrame,
        dimensions: Sequence[str],
        kind: Kind,
        factor: Fraction = Fraction(1),
    ) -> "Cut":
        """Put rows with the four sides together."""
        fine = {
            name: Later(lambda name=name: Cells.of(rows, [name]))  # type: ignore[misc]
            for name in dimensions
            if name in FINE
        }
        return cls(
            Cells.of(rows, [name for name in dimensions if name not in FINE]), kind, factor, fine
        )

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Everything that it can be cut along."""
        return (*self.cells.dimensions, *self.fine)

    def along(self, members: Iterable[str]) -> Cells:
        """The cells that a choice of dimensions is found in; those of many members stand alone."""
        fine = next((name for name in members if name in self.fine), None)
        return self.cells if fine is None else self.fine[fine].cells

    def within(self, kind: str, scope: str) -> "Cut":
        """Keep one scope of a kind."""
        if kind == COMPANY:
            return self
        cells = self.cells.within(kind, scope)
        fine = {
            name: Later(lambda later=later: _only(later.cells, kind, scope))  # type: ignore[misc]
            for name, later in self.fine.items()
        }
        return Cut(cells, self.kind, self.factor, fine)

    def sides(self, members: Members | None = None) -> Sides:
        """Sum (n1, d1, n0, d0), of all cells or of those with some members."""
        if members is None:
            return self._all_sides
        cells = self.along(members)
        return cells.sums(cells.inside(members))

    @cached_property
    def _all_sides(self) -> Sides:
        return self.cells.sums()

    def values(self, members: Members | None = None) -> tuple[Fraction, Fraction]:
        """Form the actual and the reference; a rate that only one side knows stays the same."""
        n1, d1, n0, d0 = self.sides(members)
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


def _only(cells: Cells, kind: str, scope: str) -> Cells:
    return cells.within(kind, scope).without(kind)


def amounts(
    rows: pl.DataFrame, measure: Measure, by: str = COMPANY, *, fine: bool = False
) -> pl.DataFrame:
    """Measure two-sided rows: dimensions and `amount`, exact; a distinct count once a stretch.

    `by` is the kind of scope that is counted distinct in: an order of two teams counts in both.
    """
    where = rows.lazy() if measure.where is None else rows.lazy().filter(measure.where)
    names = dict(FINE) if fine else {}
    columns = [name for name in DIMENSIONS if name in rows.columns]
    if measure.how == "count_distinct" and measure.column is not None:
        columns = [name for name in columns if name in SHARED]
        where = _first_rows(where, measure.column, [] if by == COMPANY else [by], columns)
        amount = pl.lit(measure.factor, pl.Int64)
    elif measure.column is None:
        amount = pl.lit(measure.factor, pl.Int64)
    elif measure.how == "count":
        amount = pl.col(measure.column).is_not_null().cast(pl.Int64) * measure.factor
    else:
        amount = _exact(
            pl.col(measure.column), rows.get_column(measure.column).dtype, measure.factor
        )
    return where.select(
        *columns,
        *(pl.col(column).alias(name) for name, column in names.items()),
        "is_actual",
        amount.alias("amount"),
    ).collect()


def _exact(column: pl.Expr, kind: pl.DataType, factor: int) -> pl.Expr:
    """What a sum of a column is exact in; it is added up as it stands where it is exact already."""
    amount = column if kind.is_decimal() and factor == 1 else number(column) * factor
    return amount.fill_null(0)


def _first_rows(
    rows: pl.LazyFrame, column: str, own: Sequence[str], columns: Sequence[str]
) -> pl.LazyFrame:
    """The first row of each value of a column in a stretch and scope: by day, then by name."""
    known = (
        rows.filter(pl.col(column).is_not_null())
        .select("is_actual", "stretch", "occurred_on", *columns, column)
        .collect()
    )
    keys = [*own, "is_actual", "stretch", column]
    return first_by(known, keys, ["occurred_on", *columns]).lazy()


def summed(measured: pl.DataFrame) -> pl.DataFrame:
    """Add amounts up, by everything they have a column of."""
    keys = [name for name in measured.columns if name != "amount"]
    return summed_by(measured, keys, [pl.sum("amount")])


def joined(parts: Iterable[Part], kind: Kind, by: str = COMPANY) -> Cut:
    """Sum measured amounts into the sides that they belong to.

    Each part is (amounts, side of its actual rows, side of its reference rows); the dimensions
    are those that all parts have. Dimensions of many members are kept apart for each scope of the
    kind `by`.
    """
    given = list(parts)
    shared = set.intersection(*(set(frame.columns) for frame, _, _ in given))
    own = [] if by == COMPANY else [by]
    fine = {
        name: Later(lambda name=name: _cells(given, [*own, name]))  # type: ignore[misc]
        for name in FINE
        if name in shared
    }
    dimensions = [name for name in DIMENSIONS if name in shared]
    return Cut(_cells(given, dimensions), kind, fine=fine)


def _cells(parts: Sequence[Part], dimensions: Sequence[str]) -> Cells:
    """Cells of amounts; lines without a product or customer are those of ""."""
    summed_parts = [
        (
            summed_by(frame, [*dimensions, "is_actual"], [pl.sum("amount")]).with_columns(
                pl.col(name).fill_null("") for name in dimensions if name in FINE
            ),
            actual,
            reference,
        )
        for frame, actual, reference in parts
    ]
    found = Cells.of_sums(summed_parts, dimensions)
    return Cells.of(_sided(summed_parts), dimensions) if found is None else found


def _sided(parts: Sequence[Part]) -> pl.DataFrame:
    """Amounts as the four sides."""
    zero = number(pl.lit(0))
    sided = [
        frame.select(
            pl.exclude("is_actual", "amount"),
            *(
                pl.when(pl.col("is_actual") if side == actual else ~pl.col("is_actual"))
                .then(number(pl.col("amount")))
                .otherwise(zero)
                .alias(side)
                if side in {actual, reference}
                else zero.alias(side)
                for side in SIDES
            ),
        )
        for frame, actual, reference in parts
    ]
    return pl.concat(sided)


def sum_cut(rows: pl.DataFrame, measure: Measure, by: str = COMPANY, *, fine: bool = False) -> Cut:
    """Cut a sum or a count."""
    return joined([(amounts(rows, measure, by, fine=fine), "n1", "n0")], "sum", by)


def rate_cut(
    numerators: pl.DataFrame,
    numerator: Measure,
    denominators: pl.DataFrame,
    denominator: Measure,
    by: str = COMPANY,
) -> Cut:
    """Cut a ratio, whose sides may come from different facts."""
    parts = [
        (amounts(numerators, numerator, by), "n1", "n0"),
        (amounts(denominators, denominator, by), "d1", "d0"),
    ]
    return joined(parts, "rate", by)
