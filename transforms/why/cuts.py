"""Cuts: a measured quantity, actual and reference, by every dimension it can be cut along."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import polars as pl

from transforms.catalogue import Measure
from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.why.case import number
from transforms.why.cells import SIDES, UNITS, Cells, Part, decimals, millionths
from transforms.why.places import PLACE, SHARED, Places
from transforms.why.rows import DIMENSIONS, FINE
from transforms.why.sums import ROWS, first_by, summed_by

Kind = Literal["sum", "rate", "effect"]
Sides = tuple[Fraction, Fraction, Fraction, Fraction]
Fine = Mapping[str, Callable[[], Sequence[Part]]]
"""Amounts by each dimension of many members, made when they are looked at."""
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


def amounts(rows: pl.DataFrame, measure: Measure, *, fine: bool = False) -> pl.DataFrame:
    """Measure two-sided rows one by one: `place`, `is_actual` and `amount`, as `millionths`.

    With the columns of many members where asked for. Not for what is counted distinct.
    """
    where = rows.lazy() if measure.where is None else rows.lazy().filter(measure.where)
    told = (PLACE, "is_actual", *(FINE.values() if fine else ()))
    one = measure.factor * UNITS
    if measure.column is None:
        return where.select(*told, amount=pl.lit(one, pl.Int64)).collect()
    column = pl.col(measure.column)
    if measure.how == "count":
        return where.select(*told, amount=column.is_not_null().cast(pl.Int64) * one).collect()
    given = column if measure.factor == 1 else number(column) * measure.factor
    found = where.select(*told, amount=given).collect()
    return found.with_columns(millionths(found["amount"]))


def counted_distinct(
    rows: pl.DataFrame, places: Places, measure: Measure, by: str = COMPANY
) -> pl.DataFrame:
    """Count the values of a column once a stretch, in the place of the first: by day, then by name.

    `by` is the kind of scope that is counted distinct in: an order of two teams counts in both.
    Gives the shared dimensions, `is_actual` and `amount` in millionths.
    """
    column = str(measure.column)
    is_counted = pl.col(column).is_not_null()
    where = is_counted if measure.where is None else is_counted & measure.where
    told = rows.lazy().filter(where).select("is_actual", "stretch", "occurred_on", PLACE, column)
    known = told.collect()
    own = [] if by == COMPANY else [places.column(by, known)]
    shared = places.coarser(SHARED)
    placed = shared.placed(known.with_columns(*own))
    keys = [*(each.name for each in own), "stretch", column]
    first = first_by(placed, keys, ["occurred_on", PLACE, "is_actual"]).select(PLACE, "is_actual")
    counts = summed_by(first, [PLACE, "is_actual"], [ROWS])
    amount = (pl.col(ROWS) * (measure.factor * UNITS)).alias("amount")
    return shared.places.named(counts.select(PLACE, "is_actual", amount))


def by_place(rows: pl.DataFrame, places: Places, sums: Sequence[str] = ("amount",)) -> pl.DataFrame:
    """Add rows up by place and their other keys; gives the dimensions, the keys and the sums."""
    keys = [name for name in rows.columns if name not in {*sums, *FINE.values()}]
    return places.named(summed_by(rows, keys, sums))


def by_member(
    rows: pl.DataFrame, places: Places, name: str, by: str, sums: Sequence[str] = ("amount",)
) -> pl.DataFrame:
    """Add rows up by a dimension of many members and their other keys, in all scopes of a kind.

    Lines without a product or customer are those of "".
    """
    column = FINE[name]
    own = [] if by == COMPANY else [places.column(by, rows)]
    keys = [each for each in rows.columns if each not in {*sums, *FINE.values(), PLACE}]
    members = [*(each.name for each in own), column]
    found = summed_by(rows.with_columns(*own), [*members, *keys], sums)
    return found.rename({column: name}).with_columns(pl.col(name).fill_null(""))


def joined(parts: Sequence[Part], kind: Kind, fine: Fine = MappingProxyType({})) -> Cut:
    """Put summed amounts on the sides that they belong to.

    Each part is (amounts, side of its actual rows, side of its reference rows); the dimensions
    are those that all parts have. `fine` gives the same by a dimension of many members alone.
    """
    shared = set.intersection(*(set(frame.columns) for frame, _, _ in parts))
    dimensions = [name for name in DIMENSIONS if name in shared]
    later = {
        name: Later(lambda name=name, given=given: _fine(given(), name))  # type: ignore[misc]
        for name, given in fine.items()
    }
    return Cut(_cells(parts, dimensions), kind, fine=later)


def _fine(parts: Sequence[Part], name: str) -> Cells:
    own = [each for each in parts[0][0].columns if each in SCOPE_KINDS]
    return _cells(parts, [*own, name])


def _cells(parts: Sequence[Part], dimensions: Sequence[str]) -> Cells:
    found = Cells.of_sums(parts, dimensions)
    return Cells.of(_sided(parts, dimensions), dimensions) if found is None else found


def _sided(parts: Sequence[Part], dimensions: Sequence[str]) -> pl.DataFrame:
    """Amounts as the four sides."""
    zero = number(pl.lit(0))
    sided = []
    for frame, actual, reference in parts:
        amount = decimals(pl.col("amount"), frame["amount"].dtype)
        is_actual = pl.col("is_actual")
        of_side = {
            actual: pl.when(is_actual).then(amount).otherwise(zero),
            reference: pl.when(~is_actual).then(amount).otherwise(zero),
        }
        sides = (number(of_side.get(side, zero)).alias(side) for side in SIDES)
        sided.append(frame.select(*dimensions, *sides))
    return pl.concat(sided)
