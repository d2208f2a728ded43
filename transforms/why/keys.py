"""Keys: several columns as one number, which rows are told apart by."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

LARGEST: Final = 2**62
"""Numbers beyond it, and sums, are not sure to fit into a machine integer."""
WIDEST: Final = 2**26
"""Numbers up to which a table has a place for each."""
_NARROW: Final = 2**16
_SPARE: Final = 8
"""Places for each row beyond which most of a table would stay empty; a narrow one always pays."""

Numbers = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Digit:
    """One column as a digit of a number, from 0, which is null."""

    name: str
    dtype: pl.DataType
    low: int
    size: int

    def stored(self, column: pl.Series) -> npt.NDArray[Any]:
        """Numbers that are smaller than the digits of a column by `1 - low`."""
        stored = column.to_physical()
        if stored.dtype == pl.Boolean:
            stored = stored.cast(pl.UInt8)
        if stored.null_count():
            stored = stored.cast(pl.Int64).fill_null(self.low - 1)
        return stored.to_numpy()

    def onto(self, number: Numbers, rows: pl.DataFrame) -> None:
        """Make the digits of rows the last of their numbers, in place.

        What is stored may lie anywhere: only its difference from `low` has to fit, and integers
        that wrap around differ by the same.
        """
        number *= number.dtype.type(self.size)
        stored = self.stored(rows.get_column(self.name))
        np.add(number, stored, out=number, dtype=number.dtype, casting="unsafe")
        if self.low != 1:
            number += np.int64(1 - self.low).astype(number.dtype)

    def names(self, digits: Numbers) -> list[str]:
        """The values of an enumeration that digits stand for, none of them null."""
        assert isinstance(self.dtype, pl.Enum)  # noqa: S101 (the caller has looked)
        return self.dtype.categories.gather(digits - 1).to_list()

    def column(self, digits: Numbers) -> pl.Series:
        """The column that digits stand for."""
        found = pl.Series(self.name, digits - 1 + self.low)
        if not digits.all():
            found = found.set(pl.Series(digits == 0), None)
        if isinstance(self.dtype, pl.Enum):
            return found.cast(pl.UInt32).cat.to(self.dtype)
        return (found.cast(pl.Int32) if self.dtype == pl.Date else found).cast(self.dtype)


@dataclass(frozen=True)
class Key:
    """Columns that make one number, the first one its highest digit."""

    parts: tuple[Digit, ...]

    @classmethod
    def of(cls, rows: pl.DataFrame, names: Sequence[str]) -> "Key | None":
        """Measure columns; None where one is no number, or all together make too large a one."""
        found = []
        for name in names:
            column = rows.get_column(name)
            dtype = column.dtype
            if isinstance(dtype, pl.Enum):
                found.append(Digit(name, dtype, 0, len(dtype.categories) + 1))
            elif dtype == pl.Boolean:
                found.append(Digit(name, dtype, 0, 3))
            elif dtype == pl.Date or dtype.is_integer():
                low, high = column.to_physical().min(), column.to_physical().max()
                if not isinstance(low, int) or not isinstance(high, int) or low < -LARGEST:
                    return None
                found.append(Digit(name, dtype, low, high - low + 2))
            else:
                return None
        key = cls(tuple(found))
        return key if key.size < LARGEST else None

    @cached_property
    def size(self) -> int:
        """How many numbers there are."""
        return prod(part.size for part in self.parts)

    def numbers(self, rows: pl.DataFrame) -> Numbers:
        """The number of each row."""
        number = np.zeros(rows.height, dtype=np.int64)
        for part in self.parts:
            part.onto(number, rows)
        return number

    def coded(self, rows: pl.DataFrame) -> "Coded | None":
        """Number rows so that a table has a place for each number; None where it would be too wide.

        Where most places would stay empty, the combinations there are of the columns so far are
        numbered anew before the next one.
        """
        most, enough = (min(WIDEST, max(n * rows.height, _NARROW)) for n in (_SPARE, 1))
        number, size = np.zeros(rows.height, dtype=np.int32), 1
        parts: list[Digit] = []
        inner: Coded | None = None
        for part in self.parts:
            if parts and size * part.size > enough:
                inner = Coded(number, size, tuple(parts), inner).dense
                number, size, parts = inner.number, inner.size, []
            if size * part.size > most:
                return None
            part.onto(number, rows)
            size *= part.size
            parts.append(part)
        return Coded(number, size, tuple(parts), inner)

    def digits(self, number: Numbers) -> dict[str, Numbers]:
        """Take numbers apart."""
        return _digits(self.parts, number)[1]

    def columns(self, number: Numbers) -> list[pl.Series]:
        """The columns that numbers stand for."""
        digits = self.digits(number)
        return [part.column(digits[part.name]) for part in self.parts]


@dataclass(frozen=True)
class Coded:
    """Rows by one number below `size`: `parts` are its last digits, the rest that of `inner`."""

    number: Numbers
    size: int
    parts: tuple[Digit, ...]
    inner: "Coded | None" = None
    known: Numbers | None = None
    """Where numbers count the ones there are: those."""

    @property
    def dense(self) -> "Coded":
        """The same with a number for each combination there is, in their order."""
        is_there = np.zeros(self.size, dtype=np.bool_)
        is_there[self.number] = True
        known = np.flatnonzero(is_there)
        rank = np.empty(self.size, dtype=np.int32)
        rank[known] = np.arange(len(known))
        return Coded(rank[self.number], len(known), self.parts, self.inner, known)

    def columns(self, number: Numbers) -> list[pl.Series]:
        """The columns that numbers stand for."""
        if self.known is not None:
            number = self.known[number]
        rest, digits = _digits(self.parts, number)
        before = [] if self.inner is None else self.inner.columns(rest)
        return [*before, *(part.column(digits[part.name]) for part in self.parts)]


def _digits(parts: Sequence[Digit], number: Numbers) -> tuple[Numbers, dict[str, Numbers]]:
    found = {}
    for part in reversed(parts):
        number, found[part.name] = np.divmod(number, part.size)
    return number, found
