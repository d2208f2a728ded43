"""Events on record, as numbered marks on the columns over time with their text below (D-28)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from transforms.scopes import COMPANY
from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Day, Group, Sentence, Span, Term, Text, say
from transforms.views.model import Mark, Series

MOST_EVENTS: Final = 6
_FIRST_LABEL: Final = ord("①")
_EVERYBODYS: Final = (None, COMPANY, "product_line", "channel")
"""Scope kinds of events that every team's pack shows."""


def annotated(
    book: Book, *series: Series | None
) -> tuple[tuple[Series | None, ...], tuple[Sentence, ...]]:
    """Mark the latest events on every series, and say below what each number stands for.

    An event stands at the period it began in, or at the first one shown where it lasted into it.
    """
    spans = [span for each in series if each is not None for span in _spans(each)]
    if not spans:
        return series, ()
    events = _events(book, min(span.starts_on for span in spans))
    marked = tuple(
        None if each is None else replace(each, marks=tuple(_marks(each, events)))
        for each in series
    )
    return marked, tuple(_said(book, label, row) for label, row in events)


def _spans(series: Series) -> list[Span]:
    return [period.label for period in series.periods if isinstance(period.label, Span)]


def _events(book: Book, since: date) -> list[tuple[str, Row]]:
    """The latest events that reach into the time shown, numbered in their order."""
    last = pl.coalesce("ends_on", "starts_on")
    found = book.rows(
        "event", last >= since, pl.col("starts_on") <= book.as_of, sort=("starts_on", "event_id")
    )
    kept = [row for row in found if book.is_company or _concerns(book, row)][-MOST_EVENTS:]
    return [(chr(_FIRST_LABEL + number), row) for number, row in enumerate(kept)]


def _concerns(book: Book, row: Row) -> bool:
    """Whether an event touches a team: everybody's, its own, its region's, one of its people's."""
    kind, scope = row["scope_kind"], row["scope"]
    if kind in _EVERYBODYS:
        return True
    regions = {each["region"] for each in book.rows("assignment", pl.col("team") == book.scope)}
    return (
        (kind == book.scope_kind and scope == book.scope)
        or (kind == "region" and scope in regions)
        or (kind == "rep" and scope in book.reps)
    )


def _marks(series: Series, events: list[tuple[str, Row]]) -> Iterator[Mark]:
    spans = _spans(series)
    for label, row in events:
        ends_on = row["ends_on"] or row["starts_on"]
        if ends_on >= spans[0].starts_on:
            begun = [
                number for number, span in enumerate(spans) if span.starts_on <= row["starts_on"]
            ]
            yield Mark(label, begun[-1] if begun else 0)


def _said(book: Book, label: str, row: Row) -> Sentence:
    days: tuple[Cell, ...] = (Day(row["starts_on"]),)
    if row["ends_on"] is not None and row["ends_on"] != row["starts_on"]:
        days = (*days, Text("–"), Day(row["ends_on"]))
    cells: dict[str, Cell] = {
        "mark": Text(label),
        "days": Group(days),
        "event": Text(row["description"]),
        "direction": Term("event_direction", row["direction"] or "unclear"),
    }
    if row["scope_kind"] in {None, COMPANY} or not row["scope"]:
        return say("event_mark", **cells)
    return say("event_mark_scope", **cells, scope=book.scope_name(row["scope_kind"], row["scope"]))
