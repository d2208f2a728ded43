"""Cells: exact amounts by their members, as arrays, so that thousands of cuts take little time."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.tables.columns import NUMBER
from transforms.why.keys import Key
from transforms.why.sums import summed_by, whole

SIDES: Final = ("n1", "d1", "n0", "d0")
"""Actual numerator and denominator, reference numerator and denominator."""

UNITS: Final = 1_000_000
"""Sides are whole millionths, the scale of `transforms.tables.columns.NUMBER`."""

_MOST: Final = float(2**62)
"""Sums beyond it are added up as whole numbers of any size."""

Part = tuple[pl.DataFrame, str, str]
"""Amounts (decimals, or whole numbers of millionths) by their members and `is_actual`; the side of
those that are, and that of the others."""

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Sides = npt.NDArray[Any]


@dataclass(frozen=True)
class Cells:
    """One cell per combination of members, in the order of their names.

    `codes` has for each dimension the place of each cell's member in `members`; `sides` has a row
    per side (`SIDES`) in millionths, as whole numbers, or as floats where nothing exact is asked.

    >>> frame = pl.DataFrame({"channel": ["b", "a", "b"], "n1": [1, 2, 3], "n0": [1, 1, 1]})
    >>> cells = Cells.of(frame.with_columns(d1=0, d0=0), ["channel"])
    >>> cells.sums(cells.inside({"channel": "b"}))
    (Fraction(4, 1), Fraction(0, 1), Fraction(2, 1), Fraction(0, 1))
    """

    codes: Mapping[str, Codes]
    members: Mapping[str, Sequence[str]]
    sides: Sides

    @classmethod
    def of(cls, rows: pl.DataFrame, dimensions: Sequence[str]) -> "Cells":
        """Put rows with `SIDES` together by some of their columns."""
        named = rows.select(
            *(_as_names(rows[name]) for name in dimensions), pl.col(SIDES).cast(NUMBER)
        )
        sums = summed_by(named, dimensions, SIDES)
        codes: dict[str, Codes] = {}
        members: dict[str, Sequence[str]] = {}
        for name in dimensions:
            column = sums[name]
            number = column.to_physical().to_numpy()
            _, first, codes[name] = np.unique(number, return_index=True, return_inverse=True)
            members[name] = column.gather(first).cast(pl.String).to_list()
        return cls(codes, members, _units(sums))

    @classmethod
    def of_sums(cls, parts: Sequence[Part], dimensions: Sequence[str]) -> "Cells | None":
        """Put amounts together by their members, each on the side it belongs to.

        None where a dimension is no enumeration, or is another one in one of the parts, or the
        sums are not sure to fit into machine integers.
        """
        keys = [Key.of(frame, dimensions) for frame, _, _ in parts]
        units = [_whole(frame.get_column("amount")) for frame, _, _ in parts]
        key = keys[0]
        is_closed = key is not None and all(isinstance(part.dtype, pl.Enum) for part in key.parts)
        if key is None or not is_closed or any(other != key for other in keys):
            return None
        number = np.concatenate([key.numbers(frame) for frame, _, _ in parts])
        known, place = np.unique(number, return_inverse=True)
        sides = np.zeros((len(SIDES), len(known)), dtype=np.int64)
        begin = 0
        for (frame, actual, reference), amount in zip(parts, units, strict=True):
            if amount is None:
                return None
            at = place[begin : begin + frame.height]
            begin += frame.height
            is_actual = frame.get_column("is_actual").to_numpy()
            np.add.at(sides[SIDES.index(actual)], at[is_actual], amount[is_actual])
            np.add.at(sides[SIDES.index(reference)], at[~is_actual], amount[~is_actual])
        codes: dict[str, Codes] = {}
        members: dict[str, Sequence[str]] = {}
        digits = key.digits(known)
        for part in key.parts:
            present, codes[part.name] = np.unique(digits[part.name], return_inverse=True)
            members[part.name] = part.names(present)
        return cls(codes, members, sides)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions that the cells are told apart by."""
        return tuple(self.codes)

    @property
    def height(self) -> int:
        """How many cells there are."""
        return int(self.sides.shape[1])

    def where(self, mask: Mask) -> "Cells":
        """Keep some cells."""
        codes = {name: code[mask] for name, code in self.codes.items()}
        return Cells(codes, self.members, self.sides[:, mask])

    def inside(self, members: Mapping[str, str]) -> Mask:
        """Which cells have all these members; every cell has none."""
        found = np.ones(self.height, dtype=np.bool_)
        for name, member in members.items():
            known = self.members[name]
            place = known.index(member) if member in known else -1
            found &= self.codes[name] == place
        return found

    def within(self, name: str, member: str) -> "Cells":
        """Keep the cells with a member of a dimension; of the first one they stand side by side."""
        if name != next(iter(self.codes)):
            return self.where(self.inside({name: member}))
        known = self.members[name]
        place = bisect_left(known, member)
        is_known = place < len(known) and known[place] == member
        first, last = np.searchsorted(self.codes[name], (place, place + is_known))
        codes = {other: code[first:last] for other, code in self.codes.items()}
        return Cells(codes, self.members, self.sides[:, first:last])

    def sums(self, mask: Mask | None = None) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """Add the sides up, of all cells or of some."""
        sides = self.sides if mask is None else self.sides[:, mask]
        n1, d1, n0, d0 = (Fraction(int(side), UNITS) for side in sides.sum(axis=1))
        return n1, d1, n0, d0

    def tells(self, name: str) -> bool:
        """Whether a dimension has cells of more than one member."""
        codes = self.codes[name]
        return bool(len(codes)) and bool((codes != codes[0]).any())

    def by(self, dimensions: Sequence[str]) -> "Cells":
        """Add cells up to coarser ones."""
        key = np.zeros(self.height, dtype=np.int64)
        for name in dimensions:
            key = key * len(self.members[name]) + self.codes[name]
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        first = np.flatnonzero(np.diff(ordered, prepend=-1))
        codes = {name: self.codes[name][order[first]] for name in dimensions}
        members = {name: self.members[name] for name in dimensions}
        if not len(first):
            return Cells(codes, members, self.sides)
        return Cells(codes, members, np.add.reduceat(self.sides[:, order], first, axis=1))

    def without(self, name: str) -> "Cells":
        """Leave a dimension out that has one member only."""
        kept = [other for other in self.codes if other != name]
        return Cells(
            {other: self.codes[other] for other in kept},
            {other: self.members[other] for other in kept},
            self.sides,
        )

    def numbers(self) -> npt.NDArray[np.float64]:
        """The sides as floats in their own unit."""
        return self.sides.astype(np.float64) / UNITS


def _as_names(column: pl.Series) -> pl.Series:
    """Texts as values of an enumeration in their order."""
    if isinstance(column.dtype, pl.Enum):
        return column
    return column.cast(pl.Enum(column.cast(pl.String).unique().sort()))


def _whole(amount: pl.Series) -> Codes | None:
    """Amounts in millionths; None where their sum is not sure to fit."""
    return whole(amount, NUMBER.scale if amount.dtype.is_decimal() else None)


def millionths(amount: pl.Series) -> pl.Series:
    """Amounts as whole millionths, nothing as 0; as decimals where those are not sure to fit."""
    exact_amount = amount.cast(NUMBER) if amount.dtype.is_float() else amount
    found = whole(exact_amount, NUMBER.scale)
    return amount.cast(NUMBER) if found is None else pl.Series(amount.name, found)


def exact(amount: int | Decimal) -> Fraction:
    """One amount that `millionths` made."""
    return Fraction(amount, UNITS) if isinstance(amount, int) else Fraction(amount)


def decimals(amount: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """What `millionths` made, as decimals."""
    one = pl.lit(Decimal(1) / UNITS, dtype=NUMBER)
    return amount if dtype.is_decimal() else amount.cast(pl.Decimal(38, 0)) * one


def _units(rows: pl.DataFrame) -> Sides:
    """Sides in millionths, as machine integers where their sums are sure to fit."""
    if not rows.height:
        return np.zeros((len(SIDES), 0), dtype=np.int64)
    floats = rows.select(pl.col(SIDES).cast(pl.Float64))
    largest = max(float(side.abs().sum()) for side in floats.iter_columns()) * UNITS
    if largest < _MOST:
        whole = rows.select((pl.col(SIDES) * UNITS).cast(pl.Int64))
        return np.stack([side.to_numpy() for side in whole.iter_columns()])
    columns = [[int(Fraction(value) * UNITS) for value in rows[side].to_list()] for side in SIDES]
    return np.array(columns, dtype=object)
