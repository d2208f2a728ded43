"""Every source on one line: fresh, complete, usual, and where each row that was read has gone."""

from decimal import Decimal

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Day, Figure, Light, Term, Text, counted, exact, say
from transforms.views.figures import quotient
from transforms.views.model import Column, Table

MOST_SOURCES = 40
ORDER = ("red", "yellow", "grey", "green")
LOADED = {
    "rows_opened": 8,
    "rows_unchanged": 8,
    "rows_rejected": 7,
    "rows_superseded": 7,
    "rows_deleting": 6,
    "versions_closed": 6,
}
"""What became of the rows that were read, with the width of its column."""
WAITING = {"rows_good": 18, "rows_rejected": 8, "rows_superseded": 8, "rows_deleting": 8}
"""The same of files that are not loaded yet: which good rows are new is not known."""


def worst_first(book: Book) -> list[Row]:
    """The sources, worst light first, then by name."""
    rows = book.rows("source_quality", sort=("source",))
    return sorted(rows, key=lambda row: ORDER.index(row["light"]))


def sources_table(
    book: Book, rows: list[Row], most: int = MOST_SOURCES, *, is_loaded: bool = True
) -> Table | None:
    """One line a source; files that are not loaded yet have good rows in place of new and same."""
    if not rows:
        return None
    counts = LOADED if is_loaded else WAITING
    shown = rows[:most]
    return Table(
        "sources",
        (
            Column("light", "light", 3),
            Column("source", width=14),
            Column("freshness", width=7),
            Column("newest", width=6),
            Column("arrived", width=6),
            Column("filled", "number", 6),
            Column("usual_rows", "number", 8),
            Column("rows_read", "number", 8),
            *(Column(name, "number", width) for name, width in counts.items()),
        ),
        tuple(_line(book, row, tuple(counts)) for row in shown),
        more=len(rows) - len(shown),
        note=say("sources_key" if is_loaded else "check_key"),
    )


def _line(book: Book, row: Row, counts: tuple[str, ...]) -> tuple[Cell, ...]:
    is_late = row["freshness"] == "late"
    reason = "no_load" if row["light"] == "grey" else None
    return (
        Light(row["light"], reason=reason),
        book.source(row["source"]),
        Term("freshness", row["freshness"]),
        Day(row["newest_on"], is_late=is_late),
        _arrived(row),
        _filled(row),
        _usual(row),
        *(_count(row, name) for name in ("rows_read", *counts)),
    )


def _arrived(row: Row) -> Cell:
    """The day of the last arrival; after the week it is no matter when, as in all of a pack."""
    if (row["arrival_age_days"] or 0) < 0:
        return Term("freshness", "after_week")
    return Day(row["arrived_on"], is_late=row["freshness"] == "late")


def _filled(row: Row) -> Cell:
    """Filled share of the columns that matter; nothing where the entity has none."""
    if row["cells"] is None and row["files"]:
        return Figure(None, "share", "no_data")
    if not row["cells"]:
        return Text(None)
    return Figure(quotient(Decimal(row["filled_cells"]), Decimal(row["cells"])), "share")


def _usual(row: Row) -> Cell:
    """Median of the rows of earlier deliveries, or *too few loads*."""
    if row["usual_rows"] is not None:
        return Figure(exact(row["usual_rows"]), "count")
    state = "no_load" if row["rows_state"] == "no_load" else "too_few_loads"
    return Figure(None, "count", state)


def _count(row: Row, name: str) -> Cell:
    """A count of rows; never loaded is not zero."""
    if row["rows_read"] is None:
        return Text(None)
    if name == "rows_good":
        return counted(row["rows_opened"] + row["rows_unchanged"])
    return counted(row[name])
