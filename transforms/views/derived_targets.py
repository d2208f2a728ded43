"""Targets that rules of the plan gave to parts, marked as derived (D-3)."""

from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Day, Figure, Group, Term, Text, say
from transforms.views.figures import quotient
from transforms.views.model import Column, Table

MOST_ROWS: Final = 16


def derived_table(book: Book) -> Table | None:
    """Derived targets of windows that have not ended, the running ones first, the largest first."""
    open_ones = pl.col("period_end") >= book.as_of
    rows = [
        row
        for row in book.rows("derived_target", open_ones)
        if book.is_company or _is_own(book, row)
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: (-row["target_value"], row["scope"]))
    rows.sort(key=lambda row: (row["period_start"], row["period_end"], row["metric"]))
    rows.sort(key=lambda row: row["period_start"] > book.as_of)
    return Table(
        "derived_targets",
        (
            Column("scope", width=20),
            Column("metric", width=14),
            Column("window", width=20),
            Column("target", "number", 14),
            Column("split_share", "number", 10),
            Column("split_parent", width=12),
            Column("split_rule", width=10),
        ),
        tuple(_line(book, row) for row in rows[:MOST_ROWS]),
        more=max(len(rows) - MOST_ROWS, 0),
        note=say("derived_targets_key"),
        is_mixed=True,
    )


def _is_own(book: Book, row: Row) -> bool:
    own = (row["scope_kind"], row["scope"]) == (book.scope_kind, book.scope)
    return own or (row["scope_kind"] == "rep" and row["scope"] in book.reps)


def _line(book: Book, row: Row) -> tuple[Cell, ...]:
    metric = book.metric(row["metric"])
    return (
        book.scope_name(row["scope_kind"], row["scope"]),
        book.name(row["metric"]),
        Group((Day(row["period_start"]), Text("–"), Day(row["period_end"]))),
        Figure(row["target_value"], metric.unit if metric else "count"),
        _share(row),
        book.scope_name(row["parent_kind"], row["parent_scope"]),
        Term("split_rule", row["rule"]),
    )


def _share(row: Row) -> Cell:
    if not row["parent_value"]:
        return Text(None)
    return Figure(quotient(row["target_value"], row["parent_value"]), "share")
