"""Sums by several columns, told apart by one number: a group-by over one costs a fraction."""

from collections.abc import Sequence
from math import prod
from typing import Final, NamedTuple

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


class _Place(NamedTuple):
    """One column as a digit of the number; null is the smallest value."""

    name: str
    dtype: pl.DataType
    low: int
    size: int

    def digits(self, rows: pl.DataFrame) -> Numbers:
        """The column as numbers from 0."""
        column = rows.get_column(self.name).to_physical()
        if column.dtype == pl.Boolean:
            column = column.cast(pl.UInt8)
        if column.null_count():
            column = column.cast(pl.Int64).fill_null(self.low - 1)
        return column.to_numpy().astype(np.int64) + (1 - self.low)

    def column(self, digits: Numbers) -> pl.Series:
        """The column that its digits stand for."""
        found = pl.Series(self.name, digits - 1 + self.low)
        if not digits.all():
            found = found.set(pl.Series(digits == 0), None)
        if isinstance(self.dtype, pl.Enum):
            return found.cast(pl.UInt32).cat.to(self.dtype)
        return (found.cast(pl.Int32) if self.dtype == pl.Date else found).cast(self.dtype)


def summed_by(
    rows: pl.DataFrame, keys: Sequence[str], aggregates: Sequence[pl.Expr]
) -> pl.DataFrame:
    """Group rows by some columns; gives these and the aggregates, in the order of the columns.

    An enumeration orders as its values stand, null first; without columns there is one row.
    """
    if not keys:
        return rows.select(aggregates)
    places = _places(rows, keys) if rows.height > _FEW else None
    if places is None:
        return rows.group_by(keys).agg(aggregates).sort(keys)
    return _grouped(rows, places, aggregates)


def _grouped(
    rows: pl.DataFrame, places: Sequence[_Place], aggregates: Sequence[pl.Expr]
) -> pl.DataFrame:
    numbered = rows.with_columns(pl.Series(_KEY, _numbers(rows, places)))
    grouped = numbered.lazy().group_by(_KEY).agg(aggregates).sort(_KEY)
    found = grouped.collect(engine="streaming" if rows.height > _MANY else "in-memory")
    keys = _columns(places, found.get_column(_KEY).to_numpy())
    return pl.DataFrame([*keys, *found.drop(_KEY).get_columns()])


def first_by(rows: pl.DataFrame, keys: Sequence[str], order: Sequence[str]) -> pl.DataFrame:
    """Of the rows alike in `keys` take the smallest in the `order` of other columns.

    Gives both kinds of columns, in no order.
    """
    others = [name for name in order if name not in keys]
    of_key, of_order = _places(rows, keys), _places(rows, others)
    if rows.height <= _FEW or of_key is None or of_order is None:
        sorted_rows = rows.select(*keys, *others).unique().sort(others)
        return sorted_rows.unique(keys, keep="first", maintain_order=True)
    numbered = rows.select(pl.Series(_AT, _numbers(rows, of_order)), *keys)
    first = _grouped(numbered, of_key, [pl.min(_AT)])
    return pl.DataFrame(
        [*first.select(keys).get_columns(), *_columns(of_order, first.get_column(_AT).to_numpy())]
    )


def numbers(rows: pl.DataFrame, keys: Sequence[str]) -> tuple[Numbers, int] | None:
    """Each row's number, from 0 to below the other one; None where the columns make none."""
    places = _places(rows, keys)
    if places is None:
        return None
    return _numbers(rows, places), prod(place.size for place in places)


def positions(rows: pl.DataFrame, table: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    """Where in a table each row's keys are, which it has once at most; null where they are not.

    Nulls are equal. The columns must have the same types on both sides.
    """
    count = pl.Series("at", range(table.height), dtype=pl.UInt32)
    if all(isinstance(rows.get_column(name).dtype, pl.Enum) for name in keys):
        known, given = numbers(table, keys), numbers(rows, keys)
        if known is not None and given is not None and known[1] <= _WIDEST:
            place = np.full(known[1], -1, dtype=np.int32)
            place[known[0]] = np.arange(table.height, dtype=np.int32)
            at = pl.Series("at", place[given[0]])
            return at.set(at < 0, None).cast(pl.UInt32)
    numbered = table.select(keys).with_columns(count)
    return rows.select(keys).join(
        numbered, on=list(keys), how="left", nulls_equal=True, maintain_order="left"
    )["at"]


def _places(rows: pl.DataFrame, keys: Sequence[str]) -> list[_Place] | None:
    """Measure the columns; None where one is no number, or all together make too large a one."""
    found = []
    for name in keys:
        dtype = rows.get_column(name).dtype
        if isinstance(dtype, pl.Enum):
            found.append(_Place(name, dtype, 0, len(dtype.categories) + 1))
        elif dtype == pl.Boolean:
            found.append(_Place(name, dtype, 0, 3))
        elif dtype == pl.Date or dtype.is_integer():
            column = rows[name].to_physical()
            low, high = column.min(), column.max()
            if not isinstance(low, int) or not isinstance(high, int):
                return None
            found.append(_Place(name, dtype, low, high - low + 2))
        else:
            return None
    return found if prod(place.size for place in found) < _LARGEST else None


def _numbers(rows: pl.DataFrame, places: Sequence[_Place]) -> Numbers:
    number = np.zeros(rows.height, dtype=np.int64)
    for place in places:
        number *= place.size
        number += place.digits(rows)
    return number


def _columns(places: Sequence[_Place], number: Numbers) -> list[pl.Series]:
    """Take numbers apart."""
    columns = []
    for place in reversed(places):
        number, digits = np.divmod(number, place.size)
        columns.append(place.column(digits))
    return columns[::-1]
