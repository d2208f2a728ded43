"""Open cases that wait for a person: two answers that differ, and no data any more (D-18, D-20)."""

from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Group, Term, Text, figure, quoted, say
from transforms.views.model import Column, Table

MOST: Final = 12


def conflicts(book: Book) -> list[Row]:
    """Answers of the pack's cases that another person's contradict, by case and person."""
    return book.rows(
        "case_answer",
        book.visible,
        pl.col("is_conflicting"),
        pl.col("why").is_not_null(),
        sort=("case_key", "answered_by", "line"),
    )


def without_data(book: Book) -> list[Row]:
    """Cases of the pack that a person is asked to close, those without data longest first."""
    rows = book.rows("case_thread", book.visible, pl.col("is_close_proposed"), sort=("case_key",))
    return sorted(rows, key=lambda row: -row["weeks_unmeasured"])


def open_tables(book: Book) -> tuple[Table, ...]:
    """A table of answers that differ and one of cases without data, where there are any."""
    tables = (_conflict_table(book), _unmeasured_table(book))
    return tuple(each for each in tables if each is not None)


def _conflict_table(book: Book) -> Table | None:
    rows = conflicts(book)
    if not rows:
        return None
    return Table(
        "act_conflict",
        (
            Column("scope", width=14),
            Column("metric", width=18),
            Column("respondent", width=10),
            Column("answered_in", "number", 10),
            Column("answer_given", width=38),
            Column("classed_as", width=10),
        ),
        tuple(
            (
                book.scope_of(row),
                Group((book.name(row["metric"]), Term("tile_spans", row["period_kind"])), "list"),
                quoted(row, "answered_by"),
                quoted(row, "answered_in_week"),
                quoted(row, "why"),
                _class_of(row),
            )
            for row in rows[:MOST]
        ),
        more=max(len(rows) - MOST, 0),
        note=say("act_conflict_key"),
    )


def _class_of(row: Row) -> Cell:
    return Term("cause_class", row["cause_class"]) if row["cause_class"] else Text(None)


def _unmeasured_table(book: Book) -> Table | None:
    rows = without_data(book)
    if not rows:
        return None
    return Table(
        "act_unmeasured",
        (
            Column("scope", width=20),
            Column("metric", width=24),
            Column("opened_in", "number", 12),
            Column("no_data_since", "number", 14),
            Column("weeks_without", "number", 12),
            Column("value_is", width=18),
        ),
        tuple(
            (
                book.scope_of(row),
                Group((book.name(row["metric"]), Term("tile_spans", row["period_kind"])), "list"),
                quoted(row, "opened_in_week"),
                quoted(row, "unmeasured_since"),
                figure(row, "weeks_unmeasured", "weeks"),
                Term("unmeasured", row["value_state"] or "no_row"),
            )
            for row in rows[:MOST]
        ),
        more=max(len(rows) - MOST, 0),
        note=say("act_unmeasured_key"),
    )
