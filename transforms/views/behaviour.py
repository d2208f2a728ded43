"""Level 4 in words: what moved in the segment, when, and against like segments (D-18)."""

from typing import Final

from transforms.views.book import Book, Row
from transforms.views.cells import (
    Cell,
    Delta,
    Group,
    Sentence,
    Term,
    Text,
    figure,
    quoted,
    say,
)
from transforms.views.citing import cite
from transforms.views.figures import judged
from transforms.views.places import members_of
from transforms.why.conditions import UNITS

BEHAVIOUR: Final = 4
"""The level of what changed in the segment; satisfaction on record is of level 5."""

MOVED: Final = ("metric", "condition")
"""Kinds of evidence that are measured."""

_BY_THE_WEEK: Final = frozenset({"count", "money"})
"""Units of which a week's mean is stated."""

_WORKING_DAYS: Final = "working_days"


def moved_said(book: Book, row: Row) -> Sentence:
    """A process metric or condition that moved, as a correlation and nothing more."""
    cells = {**movement(book, row), "place": _place(book, row)}
    if row["subject"] == _WORKING_DAYS:
        return say("fact_working_days", actual=cells["actual"], reference=cells["reference"])
    if row["effect"] is None:
        names = ("metric", "place", "reference", "actual")
        return say("fact_metric", **{name: cells[name] for name in names})
    unit = _unit(book, row)
    is_weekly = unit in _BY_THE_WEEK
    return say(
        "fact_moved_alone" if row["comparison"] is None else "fact_moved_like",
        when=_when(row),
        metric=cells["metric"],
        place=cells["place"],
        reference=_a_week(cells["reference"], is_weekly=is_weekly),
        actual=_a_week(cells["actual"], is_weekly=is_weekly),
        effect=cells["effect"],
        interval=cells["interval"],
    )


def movement(book: Book, row: Row) -> dict[str, Cell]:
    """How a metric moved: its name, where, when, before, now, the effect and its interval."""
    unit = _unit(book, row)
    return {
        "metric": _name(book, row),
        "place": _shown_place(book, row),
        "lag": _lag(row),
        "reference": figure(row, "reference", unit),
        "actual": figure(row, "actual", unit),
        "effect": _delta(book, row, "effect", unit),
        "interval": say(
            "between",
            low=_delta(book, row, "effect_low", unit),
            high=_delta(book, row, "effect_high", unit),
        )
        if row["effect"] is not None
        else Delta(None, unit),
    }


def _unit(book: Book, row: Row) -> str:
    if row["kind"] == "condition":
        return UNITS[row["subject"]]
    metric = book.metric(row["subject"])
    return metric.unit if metric else "count"


def _name(book: Book, row: Row) -> Cell:
    if row["kind"] == "condition":
        return Term("condition", row["subject"])
    return book.name(row["subject"])


def _place(book: Book, row: Row) -> Cell:
    """The members of the place by name, or the scope measured; the case's own not again.

    What the segment has beyond that and is not measured by is said.
    """
    name = book.reps.get(row["text"] or "")
    place: Cell = Text(name) if name else quoted(row, "text")
    return _with_missing(members_of(book, row) if row["members"] else place, row)


def _shown_place(book: Book, row: Row) -> Cell:
    """The place where it stands alone, as in a table."""
    if row["members"] or row["text"]:
        return _place(book, row)
    return _with_missing(Term("place", "whole"), row)


def _with_missing(place: Cell, row: Row) -> Cell:
    if not row["unmeasured"]:
        return place
    names = tuple(Term("dimension", each) for each in row["unmeasured"].split(" × "))
    return Group((place, say("not_by", dimensions=Group(names, "list"))))


def _when(row: Row) -> Sentence:
    if not row["lag_weeks"]:
        return say("same_weeks")
    return say("weeks_earlier", weeks=figure(row, "lag_weeks"))


def _lag(row: Row) -> Cell:
    if row["lag_basis"] is None:
        return Text(None)
    if not row["lag_weeks"]:
        return say("lag_none")
    return say(f"lag_{row['lag_basis']}", weeks=figure(row, "lag_weeks"))


def _a_week(cell: Cell, *, is_weekly: bool) -> Cell:
    return say("a_week" if is_weekly else "as_it_is", value=cell)


def _delta(book: Book, row: Row, column: str, unit: str) -> Cell:
    """A difference of a row; one of a condition is neither good nor bad."""
    value = figure(row, column, unit).value
    cited = cite(row, column)
    if value is None or row["kind"] == "condition":
        return Delta(value, unit, cited=cited)
    return judged(book, row["subject"], value, unit, cited)
