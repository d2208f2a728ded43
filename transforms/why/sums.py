"""Sums by several columns, told apart by one number: a group-by over one costs a fraction."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

_KEY: Final = "key"
_AT: Final = "at"
_LARGEST: Final = 2**62
_FEW: Final = 5_000
"""Rows up to which numbers cost more than they save."""
_MANY: Final = 50_000
"""Rows from which on it pays to group them in batches."""
_WIDEST: Final = 2**26
"""Numbers up to which a table has a place for each."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Digit:
    """One column as a digit of a number, from 0, which is null."""

    name: str
    dtype: pl.DataType
    low: int
    size: int

    def of(self, column: pl.Series) -> Numbers:
        """The digits of a column as it is stored."""
        if column.dtype == pl.Boolean:
            column = column.cast(pl.UInt8)
        if column.null_count():
            column = column.cast(pl.Int64).fill_null(self.low - 1)
        return column.to_numpy().astype(np.int64) + (1 - self.low)

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
                if not isinstance(low, int) or not isinstance(high, int):
                    return None
                found.append(Digit(name, dtype, low, high - low + 2))
            else:
                return None
        key = cls(tuple(found))
        return key if key.size < _LARGEST else None

    @cached_property
    def size(self) -> int:
        """How many numbers there are."""
        return prod(part.size for part in self.parts)

    def numbers(self, rows: pl.DataFrame) -> Numbers:
        """The number of each row."""
        number = np.zeros(rows.height, dtype=np.int64)
        stored = rows.select(pl.col(part.name for part in self.parts).to_physical())
        for part, column in zip(self.parts, stored.iter_columns(), strict=True):
            number *= part.size
            number += part.of(column)
        return number

    def digits(self, number: Numbers) -> dict[str, Numbers]:
        """Take numbers apart."""
        found = {}
        for part in reversed(self.parts):
            number, found[part.name] = np.divmod(number, part.size)
        return found

    def columns(self, number: Numbers) -> list[pl.Series]:
        """The columns that numbers stand for."""
        digits = self.digits(number)
        return [part.column(digits[part.name]) for part in self.parts]


def summed_by(
    rows: pl.DataFrame, keys: Sequence[str], aggregates: Sequence[pl.Expr]
) -> pl.DataFrame:
    """Group rows by some columns; gives these and the aggregates, in the order of the columns.

    An enumeration orders as its values stand, null first; without columns there is one row.
    """
    if not keys:
        return rows.select(aggregates)
    key = Key.of(rows, keys) if rows.height > _FEW else None
    if key is None:
        return rows.group_by(keys).agg(aggregates).sort(keys)
    return _grouped(rows, key, aggregates)


def first_by(rows: pl.DataFrame, keys: Sequence[str], order: Sequence[str]) -> pl.DataFrame:
    """Of the rows alike in `keys` take the smallest in the `order` of other columns.

    Gives both kinds of columns, in no order.
    """
    others = [name for name in order if name not in keys]
    key, place = Key.of(rows, keys), Key.of(rows, others)
    if rows.height <= _FEW or key is None or place is None:
        sorted_rows = rows.select(*keys, *others).unique().sort(others)
        return sorted_rows.unique(keys, keep="first", maintain_order=True)
    first = _grouped(rows.select(pl.Series(_AT, place.numbers(rows)), *keys), key, [pl.min(_AT)])
    return first.select(keys).with_columns(place.columns(first[_AT].to_numpy()))


def positions(rows: pl.DataFrame, table: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    """Where in a table each row's keys are, which it has once at most; null where they are not.

    Nulls are equal. The columns must have the same types on both sides.
    """
    key = Key.of(table, keys)
    is_closed = all(isinstance(table.get_column(name).dtype, pl.Enum) for name in keys)
    if key is not None and is_closed and key.size <= _WIDEST:
        place = np.full(key.size, -1, dtype=np.int32)
        place[key.numbers(table)] = np.arange(table.height, dtype=np.int32)
        at = pl.Series(_AT, place[key.numbers(rows)])
        return at.set(at < 0, None).cast(pl.UInt32)
    numbered = table.select(keys).with_row_index(_AT)
    return rows.select(keys).join(
        numbered, on=list(keys), how="left", nulls_equal=True, maintain_order="left"
    )[_AT]


def _grouped(rows: pl.DataFrame, key: Key, aggregates: Sequence[pl.Expr]) -> pl.DataFrame:
    numbered = rows.with_columns(pl.Series(_KEY, key.numbers(rows)))
    grouped = numbered.lazy().group_by(_KEY).agg(aggregates).sort(_KEY)
    found = grouped.collect(engine="streaming" if rows.height > _MANY else "in-memory")
    columns = key.columns(found.get_column(_KEY).to_numpy())
    return pl.DataFrame([*columns, *found.drop(_KEY).get_columns()])
