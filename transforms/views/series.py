"""Columns over time: twelve months beside the year before, the last six weeks."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import exact
from transforms.views.figures import amount, due_of
from transforms.views.model import Period, Series

MONTHS, WEEKS = 12, 6
WEEKS_IN_YEAR = 52
DECEMBER = 12


def months(book: Book, metric: str) -> Series | None:
    """The last twelve months; the running one is marked as not complete."""
    points = book.history(metric, "month")
    by_start = {row["period_start"]: row for row in points}
    plan = _monthly_plan(book, metric)
    starts = sorted(by_start)[-MONTHS:]
    if len(starts) < 2:  # noqa: PLR2004 (one column is no series)
        return None
    return Series(
        "months",
        _unit(book, metric),
        tuple(
            Period(
                book.span("mtd", start, month_end(start)),
                _shown(by_start[start]),
                _shown(by_start.get(start.replace(year=start.year - 1))),
                plan.get(start),
                is_partial=month_end(start) > book.as_of,
            )
            for start in starts
        ),
    )


def weeks(book: Book, metric: str) -> Series | None:
    """The last six weeks beside the same weeks of the year before; the plan where one is known."""
    by_end = {row["period_end"]: row for row in book.history(metric, "week")}
    row = book.value(metric, "week")
    ends = sorted(by_end)[-WEEKS:]
    if len(ends) < 2:  # noqa: PLR2004 (one column is no series)
        return None
    year = timedelta(weeks=WEEKS_IN_YEAR)
    return Series(
        "weeks",
        _unit(book, metric),
        tuple(
            Period(
                book.span("week", by_end[end]["period_start"], end),
                _shown(by_end[end]),
                _shown(by_end.get(end - year)),
                due_of(row).value if row is not None and end == row["period_end"] else None,
            )
            for end in ends
        ),
    )


def _shown(row: Row | None) -> Decimal | None:
    if row is None or row["value"] is None:
        return None
    return amount({"state": "ok", **row})


def _unit(book: Book, metric: str) -> str:
    found = book.metric(metric)
    return found.unit if found else "count"


def _monthly_plan(book: Book, metric: str) -> dict[date, Decimal]:
    own = (
        (pl.col("metric") == metric)
        & (pl.col("scope_kind") == book.scope_kind)
        & (pl.col("scope") == book.scope)
    )
    rows = book.rows("target_progress", own)
    return {
        row["period_start"]: target
        for row in rows
        if row["period_start"].day == 1
        and row["period_end"] == month_end(row["period_start"])
        and (target := exact(row["target"])) is not None
    }


def month_end(start: date) -> date:
    """The last day of a month.

    >>> month_end(date(2028, 2, 1))
    datetime.date(2028, 2, 29)
    """
    return quarter_end(start, months=1)


def quarter_end(start: date, months: int = 3) -> date:
    """The last day of the months that begin on a first day of a month.

    >>> quarter_end(date(2026, 10, 1))
    datetime.date(2026, 12, 31)
    """
    place = start.month - 1 + months
    return date(start.year + place // DECEMBER, place % DECEMBER + 1, 1) - timedelta(days=1)
