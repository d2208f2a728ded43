"""Rows told apart by one number instead of by several columns.

A group-by, a sort or a distinct over one integer costs a fraction of the same over several
columns. The values of each column are counted from its smallest; the places of a number of mixed
base are the columns. Where the number would not fit into 64 bits the columns themselves are used,
with the same result.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

import polars as pl

_PACKED = "packed"
_LARGEST = 2**63 - 1


class _Place(NamedTuple):
    """One column as a place of the number."""

    name: str
    dtype: pl.DataType
    low: int
    size: int


def grouped(
    frame: pl.DataFrame | pl.LazyFrame, keys: Sequence[str], aggregates: Sequence[pl.Expr]
) -> pl.DataFrame:
    """Group by key columns; whole numbers, days or enumerations without nulls.

    Returns the keys and the aggregates in no order.
    """
    places = _places(frame, keys)
    if not places:
        return frame.lazy().group_by(keys).agg(aggregates).collect()
    return (
        frame.lazy()
        .group_by(_number(places))
        .agg(aggregates)
        .collect(engine="streaming")
        .with_columns(_columns(places))
        .drop(_PACKED)
        .select(*keys, pl.all().exclude(keys))
    )


def distinct_sorted(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """List the distinct combinations of key columns (as for `grouped`), sorted by them.

    The column `rows` says how many rows each stands for.
    """
    places = _places(frame, keys)
    if not places:
        return frame.group_by(keys).agg(pl.len().cast(pl.Int64).alias("rows")).sort(keys)
    numbers = frame.select(_number(places)).to_series().sort()
    at = (numbers != numbers.shift(1)).fill_null(value=True).arg_true().cast(pl.Int64)
    return (
        numbers.gather(at)
        .to_frame()
        .select(
            *_columns(places),
            (at.shift(-1).fill_null(len(numbers)) - at).alias("rows"),
        )
    )


def without_repeats(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop the rows that equal the row before: the lines of one document mostly stand together."""
    is_new = [pl.col(name).ne_missing(pl.col(name).shift(1)) for name in frame.columns]
    is_first = pl.int_range(pl.len()) == 0
    return frame.filter(is_first | pl.any_horizontal(is_new))


def key_codes(keys: pl.Series) -> pl.Series:
    """Number the values of a column, equal values alike; null stays null.

    >>> first, again, other, last = key_codes(pl.Series(["b", "b", "a", "b"])).to_list()
    >>> first == again == last != other
    True

    Rows of one key mostly stand together, and keys mostly ascend: only the first row of each run
    is looked at, and keys in ascending order are numbered without being compared with one another.
    """
    if keys.dtype.is_integer():
        return keys
    if keys.dtype in {pl.Categorical, pl.Enum, pl.Date}:
        return keys.to_physical()
    starts = _starts(keys)
    runs = keys.filter(starts)
    numbers = runs.rle_id() if runs.is_sorted() and not runs.has_nulls() else _numbered(runs)
    spread = numbers.gather(starts.cum_sum() - 1).alias(keys.name)
    return spread.set(keys.is_null(), None) if keys.has_nulls() else spread


def _numbered(keys: pl.Series) -> pl.Series:
    """Number keys in any order: those of one fingerprint stand together once it is sorted."""
    ordered = pl.DataFrame({"mark": keys.hash(), "key": keys}).with_row_index("at").sort("mark")
    is_new = _starts(ordered["key"])
    if (is_new & (ordered["mark"] == ordered["mark"].shift(1))).any():
        # two keys of one fingerprint: they may stand mixed
        return keys.rank("dense")
    return ordered.select("at", is_new.cum_sum().alias("number")).sort("at")["number"]


def _starts(keys: pl.Series) -> pl.Series:
    """Whether a key differs from the one before."""
    return keys.ne_missing(keys.shift(1)) | (pl.int_range(len(keys), eager=True) == 0)


def _places(frame: pl.DataFrame | pl.LazyFrame, keys: Sequence[str]) -> list[_Place]:
    """Measure the columns; no places where there are no rows or the number would be too large."""
    physical = [pl.col(name).to_physical().cast(pl.Int64) for name in keys]
    bounds = (
        frame.lazy()
        .select(
            *(each.min().alias(f"low {at}") for at, each in enumerate(physical)),
            *(each.max().alias(f"high {at}") for at, each in enumerate(physical)),
        )
        .collect(engine="streaming")
        .row(0)
    )
    lows, highs = bounds[: len(keys)], bounds[len(keys) :]
    if None in lows:
        return []
    schema = frame.collect_schema()
    places = [
        _Place(name, schema[name], low, high - low + 1)
        for name, low, high in zip(keys, lows, highs, strict=True)
    ]
    return places if prod(place.size for place in places) <= _LARGEST else []


def _number(places: Sequence[_Place]) -> pl.Expr:
    number = pl.lit(0, dtype=pl.Int64)
    for place in places:
        value = pl.col(place.name).to_physical().cast(pl.Int64) - place.low
        number = number * place.size + value
    return number.alias(_PACKED)


def _columns(places: Sequence[_Place]) -> list[pl.Expr]:
    """Take the number apart."""
    expressions, below = [], 1
    for place in reversed(places):
        value = pl.col(_PACKED) // below % place.size + place.low
        expressions.append(_of_type(value, place.dtype).alias(place.name))
        below *= place.size
    return expressions[::-1]


def _of_type(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Enum):
        return pl.lit(dtype.categories.cast(dtype)).gather(value)
    return value.cast(pl.Int32).cast(dtype) if dtype == pl.Date else value.cast(dtype)
