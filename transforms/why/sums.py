"""Sums by several columns, told apart by one number: a place for each, added up in one pass."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.why.keys import LARGEST, WIDEST, Key, Numbers

ROWS: Final = "rows"
"""Name of the sum that is how many rows there are."""

_KEY: Final = "key"
_AT: Final = "at"
_FEW: Final = 5_000
"""Rows up to which numbers cost more than they save."""
Positions = npt.NDArray[np.int32]


def summed_by(rows: pl.DataFrame, keys: Sequence[str], sums: Sequence[str]) -> pl.DataFrame:
    """Group rows by some columns; gives these and the sums of others, in the order of the columns.

    Summed are whole numbers, yes and no (how many are yes) and decimals, exactly; nothing of a
    column counts as 0. `ROWS` among the sums is how many rows there are. An enumeration orders as
    its values stand, null first; without columns there is one row.
    """
    if not keys:
        return rows.select(_sum(rows, name) for name in sums)
    key = Key.of(rows, keys) if rows.height > _FEW else None
    if key is None:
        return rows.group_by(keys).agg(_sum(rows, name) for name in sums).sort(keys)
    given = {name: whole(rows.get_column(name)) for name in sums if name != ROWS}
    amounts = {name: amount for name, amount in given.items() if amount is not None}
    coded = key.coded(rows) if len(amounts) == len(given) else None
    if coded is None:
        numbered = rows.lazy().with_columns(pl.lit(pl.Series(_KEY, key.numbers(rows))))
        grouped = numbered.group_by(_KEY).agg(_sum(rows, name) for name in sums).sort(_KEY)
        found = grouped.collect(engine="streaming")
        return pl.DataFrame([*key.columns(found[_KEY].to_numpy()), *found.drop(_KEY)])
    table = {name: np.zeros(coded.size, dtype=np.int64) for name in sums}
    for name in sums:
        np.add.at(table[name], coded.number, 1 if name == ROWS else amounts[name])
    if ROWS in sums:
        is_there = table[ROWS] > 0
    else:
        is_there = np.zeros(coded.size, dtype=np.bool_)
        is_there[coded.number] = True
    there = np.flatnonzero(is_there)
    added = (_as_sum(rows, name, table[name][there]) for name in sums)
    return pl.DataFrame([*coded.columns(there), *added])


def distinct_by(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The combinations of some columns, in their order."""
    key = Key.of(rows, keys) if rows.height > _FEW else None
    if key is None:
        return rows.select(keys).unique().sort(keys)
    coded = key.coded(rows)
    if coded is None:
        return pl.DataFrame(key.columns(_unrepeated(np.sort(_unrepeated(key.numbers(rows))))))
    dense = coded.dense
    return pl.DataFrame(dense.columns(np.arange(dense.size)))


def numbered_by(rows: pl.DataFrame, keys: Sequence[str]) -> tuple[pl.DataFrame, Numbers]:
    """The combinations of some columns, in their order, and which one each row has."""
    key = Key.of(rows, keys) if rows.height > _FEW else None
    coded = None if key is None else key.coded(rows)
    if coded is None:
        frame = distinct_by(rows, keys)
        return frame, positions(rows, frame, keys)
    dense = coded.dense
    return pl.DataFrame(dense.columns(np.arange(dense.size))), dense.number


def first_by(rows: pl.DataFrame, keys: Sequence[str], order: Sequence[str]) -> pl.DataFrame:
    """Of the rows alike in `keys` take the smallest in the `order` of other columns.

    Gives both kinds of columns, in no order.
    """
    others = [name for name in order if name not in keys]
    key, place = Key.of(rows, keys), Key.of(rows, others)
    if rows.height <= _FEW or key is None or place is None:
        sorted_rows = rows.select(*keys, *others).unique().sort(others)
        return sorted_rows.unique(keys, keep="first", maintain_order=True)
    at, coded = place.numbers(rows), key.coded(rows)
    if coded is not None:
        first = np.full(coded.size, LARGEST)
        np.minimum.at(first, coded.number, at)
        there = np.flatnonzero(first < LARGEST)
        return pl.DataFrame([*coded.columns(there), *place.columns(first[there])])
    numbered = pl.LazyFrame({_KEY: key.numbers(rows), _AT: at}).group_by(_KEY).agg(pl.min(_AT))
    found = numbered.collect(engine="streaming")
    columns = key.columns(found[_KEY].to_numpy()), place.columns(found[_AT].to_numpy())
    return pl.DataFrame([column for several in columns for column in several])


def positions(rows: pl.DataFrame, table: pl.DataFrame, keys: Sequence[str]) -> Positions:
    """Where in a table each row's keys are, which it has once at most; -1 where they are not.

    Nulls are equal. The columns must have the same types on both sides.
    """
    key = Key.of(table, keys)
    is_closed = all(isinstance(table.get_column(name).dtype, pl.Enum) for name in keys)
    if key is not None and is_closed and key.size <= WIDEST:
        place = np.full(key.size, -1, dtype=np.int32)
        place[key.numbers(table)] = np.arange(table.height, dtype=np.int32)
        return place[key.numbers(rows)]
    numbered = table.select(keys).with_row_index(_AT)
    joined = rows.select(keys).join(
        numbered, on=list(keys), how="left", nulls_equal=True, maintain_order="left"
    )
    return joined[_AT].cast(pl.Int32).fill_null(-1).to_numpy()


def values_at(values: pl.Series, places: Positions) -> pl.Series:
    """The values at some positions; null at -1."""
    at = pl.Series(_AT, np.where(places < 0, len(values), places))
    return values.extend_constant(None, 1).gather(at)


def whole(column: pl.Series, scale: int | None = None) -> Numbers | None:
    """Whole numbers, or decimals in units of their last decimal; nothing is 0.

    With a `scale` in units of its last decimal, which no column has more decimals than. None where
    the sum of any of them is not sure to fit into a machine integer.
    """
    found = column.to_physical().cast(pl.Int64, strict=False)
    if found.null_count() > column.null_count():
        return None
    own = column.dtype.scale if isinstance(column.dtype, pl.Decimal) else 0
    unit = 1 if scale is None else 10 ** (scale - own)
    amount: Numbers = found.fill_null(0).to_numpy()
    largest = max(-int(amount.min(initial=0)), int(amount.max(initial=0))) * unit
    is_sure = largest * len(amount) < LARGEST
    if not is_sure and float(np.abs(amount, dtype=np.float64).sum()) * unit >= LARGEST:
        return None
    return amount if unit == 1 else amount * unit


def _unrepeated(number: Numbers) -> Numbers:
    """Leave out what equals the number before: the lines of one order mostly stand together."""
    kept: Numbers = number[np.diff(number, prepend=-1) != 0]
    return kept


def _sum(rows: pl.DataFrame, name: str) -> pl.Expr:
    if name == ROWS:
        return pl.len().cast(pl.Int64).alias(ROWS)
    column = pl.col(name)
    dtype = rows.get_column(name).dtype
    return (column if dtype.is_decimal() else column.cast(pl.Int64)).sum()


def _as_sum(rows: pl.DataFrame, name: str, amount: Numbers) -> pl.Series:
    """A sum in the type that a sum of the column has."""
    dtype = pl.Int64() if name == ROWS else rows.get_column(name).dtype
    found = pl.Series(name, amount)
    if not isinstance(dtype, pl.Decimal):
        return found
    unit = pl.lit(Decimal(1).scaleb(-dtype.scale), dtype=pl.Decimal(38, dtype.scale))
    return pl.select(found.cast(pl.Decimal(38, 0)) * unit).to_series()
