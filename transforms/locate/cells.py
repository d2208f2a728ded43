"""Rows of text become periods, members and numbers: what a cause is looked for in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.locate.periods import PERIOD, Period
from transforms.mapping.days import day_form, day_shapes
from transforms.trend.cells import ROW_NUMBER, complaints_of, read_numbers
from transforms.typing.cells import trimmed
from transforms.typing.dates import moments

_TIME_RULE: Final = "is no time: a number, a date, or a text such as 2026-W47"
_YEAR_FIRST: Final = r"^\d{4}\D?\w+$"


@dataclass(frozen=True)
class Cells:
    """`rows` has `period`, `numerator`, `denominator` and the dimensions, called by their place.

    A file may call its columns anything, `period` too; dimensions are "0", "1", … in the order
    they were asked for. `now` is None where no period is the one asked for; `near` then has a few
    that are. Where every date may be read in more than one order of day and month, `orders` names
    them.
    """

    rows: pl.DataFrame
    now: Period | None
    complaints: pl.DataFrame
    near: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()


def read_cells(
    rows: pl.DataFrame,
    time: str,
    at: str,
    values: tuple[str, str | None],
    dimensions: Sequence[str],
) -> Cells:
    """Read rows of text; `values` are the columns of numerator and denominator.

    An empty number counts as 0: nothing was recorded. An empty member is a member of its own.
    """
    numbers = rows.get_column(ROW_NUMBER)
    written = trimmed(rows.get_column(time))
    asked = trimmed(pl.Series([at]))
    period, orders = _periods(written.append(asked).replace("", None))
    asked_for, period = period[-1], period[:-1]
    complaints = [complaints_of(numbers, time, rows.get_column(time), period.is_null(), _TIME_RULE)]
    typed = {
        str(place): trimmed(rows.get_column(name).fill_null(""))
        for place, name in enumerate(dimensions)
    }
    typed[PERIOD] = period
    for side, column in zip(("numerator", "denominator"), values, strict=True):
        if column is None:
            typed[side] = pl.Series([1.0]).new_from_index(0, rows.height)
            continue
        value, wrong = read_numbers(numbers, rows.get_column(column))
        typed[side] = value.cast(pl.Float64).fill_null(0.0)
        complaints.append(wrong)
    is_there = asked_for is not None and bool((period == asked_for).any())
    last = written[:-1].unique(maintain_order=True).sort().tail(3).to_list()
    return Cells(
        pl.DataFrame(typed),
        asked_for if is_there else None,
        pl.concat(complaints).sort(ROW_NUMBER, "column"),
        () if is_there else tuple(last),
        orders,
    )


def _periods(text: pl.Series) -> tuple[pl.Series, tuple[str, ...]]:
    """Order times: numbers, then dates in the form they are written in, then texts like 2026-W47.

    >>> _periods(pl.Series(["9", "10"]))[0].to_list()
    [9.0, 10.0]
    >>> _periods(pl.Series(["2026-W09", "2026-W10"]))[0].to_list()
    ['2026-W09', '2026-W10']
    """
    counted = pl.DataFrame({"value": text}).drop_nulls()
    counted = counted.group_by("value").agg(pl.len().cast(pl.Int64).alias("count")).sort("value")
    form = day_form(day_shapes(counted))
    number = text.cast(pl.Float64, strict=False)
    if form is not None and form.options and number.null_count() > text.null_count():
        return number, tuple(name for name, _ in form.options)
    length = text.str.len_chars()
    is_ordered = text.str.contains(_YEAR_FIRST) & (length == length.mode().min())
    ways = (
        number,
        moments(text, form.formats if form is not None else ()).get_column("local"),
        text.set(~is_ordered.fill_null(value=False), None),
    )
    return min(ways, key=lambda way: way.null_count()), ()
