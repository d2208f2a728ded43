"""The file in which a cause is looked for, and what its columns are to the question."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from flows.errors import InputError, UsageError, nearest
from flows.mapping.plain import cells_unread, column_missing, read_plain
from transforms.locate.cells import read_cells
from transforms.locate.periods import PERIOD, Period

MOST_DIMENSIONS: Final = 16
"""Columns that are looked through: 16 have 696 combinations of up to three."""


@dataclass(frozen=True)
class Columns:
    """What was asked for: the columns of time, numerator, denominator, and the dimensions."""

    time: str
    at: str
    numerator: str
    denominator: str | None
    dimensions: tuple[str, ...]
    """None named: every other column."""


@dataclass(frozen=True)
class Table:
    """`rows` as `transforms.locate.answers.located` takes them; dimensions in their order."""

    rows: pl.DataFrame
    now: Period
    dimensions: tuple[str, ...]
    whole: frozenset[str]
    """Dimensions all of whose members are whole numbers: they are numbers in JSON, too."""


def read_table(path: Path, asked: Columns) -> Table:
    """Read a file for one question.

    Raises FileUnreadable; ColumnsChanged where a column is not there; InputError where a cell is no
    time or no number; UsageError where the time is not in the file or nothing lies before it.
    """
    reading = read_plain(path)
    named = [("--time", asked.time), ("--numerator", asked.numerator)]
    named += [("--denominator", asked.denominator)] if asked.denominator is not None else []
    for option, column in (*named, *(("--dimensions", name) for name in asked.dimensions)):
        if column not in reading.columns:
            raise column_missing(column, option, reading, path)
    used = [column for _, column in named]
    given = asked.dimensions or [name for name in reading.columns if name not in used]
    dimensions = tuple(dict.fromkeys(given))
    _refuse_unusable(used, dimensions)
    values = (asked.numerator, asked.denominator)
    found = read_cells(reading.rows, asked.time, asked.at, values, dimensions)
    if found.orders:
        orders = " or as ".join(found.orders)
        message = f"the dates of column {asked.time!r} may be read as {orders}"
        raise InputError(message, where=str(path), remedy="write them as 2026-11-22 in the export")
    if found.complaints.height:
        raise cells_unread(found.complaints, path)
    if found.now is None:
        message = f"--at {asked.at!r} is no time of column {asked.time!r}"
        raise UsageError(message, where=str(path), remedy=nearest(asked.at, found.near))
    if not found.rows.filter(pl.col(PERIOD) < pl.lit(found.now)).height:
        message = f"{path.name} has nothing before {asked.at!r}: without a past nothing is abnormal"
        raise UsageError(
            message, where=str(path), remedy="export more periods, or choose a later --at"
        )
    return Table(found.rows, found.now, dimensions, _whole(found.rows, dimensions))


def _refuse_unusable(used: Sequence[str], dimensions: Sequence[str]) -> None:
    twice = sorted({name for name in used if used.count(name) > 1} | {*used} & {*dimensions})
    if twice:
        message = f"column {twice[0]!r} is asked for as two things"
        raise UsageError(message, remedy="name a column of its own for each")
    if not dimensions:
        message = "no column is left to look for a cause in"
        raise UsageError(message, remedy="export attributes beside time and numbers")
    if len(dimensions) > MOST_DIMENSIONS:
        message = f"{len(dimensions)} dimensions are more than {MOST_DIMENSIONS}"
        raise UsageError(message, remedy="name the ones that matter: --dimensions a,b,c")


def _whole(rows: pl.DataFrame, dimensions: Sequence[str]) -> frozenset[str]:
    """Tell the dimensions whose members are all numbers as a program writes them: 500, not 0500."""
    columns = [pl.col(str(place)) for place in range(len(dimensions))]
    numbers = [column.cast(pl.Int64, strict=False).cast(pl.String) for column in columns]
    is_whole = rows.select(
        (number.is_not_null() & (number == column)).all().alias(name)
        for number, column, name in zip(numbers, columns, dimensions, strict=True)
    ).row(0, named=True)
    return frozenset(name for name, each in is_whole.items() if each)
