"""Control totals of the ERP on a page: whether the warehouse ties to them, and by how much not."""

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Day, Figure, say
from transforms.views.model import Column, Table

MOST_CONTROLS, MOST_TIED = 6, 3


def controls(book: Book) -> list[Row]:
    """Differences first, then the pack's own scope, the newest period first."""
    visible = book.visible if book.is_company else (pl.col("scope") == book.scope)
    rows = book.rows(
        "reconciliation", visible, sort=("metric", "scope_kind", "scope", "period_start")
    )
    newest = sorted(rows, key=lambda row: row["period_end"], reverse=True)
    return sorted(newest, key=lambda row: (row["difference"] == 0, row["scope"] != book.scope))


def reconciliation_state(book: Book) -> str:
    """Whether the pack's own scope ties to the ERP: reconciled, differs or no_control."""
    rows = controls(book)
    if not rows:
        return "no_control"
    return "differs" if any(row["difference"] != 0 for row in rows) else "reconciled"


def controls_table(book: Book) -> Table | None:
    """The totals that differ, and the newest that tie."""
    rows = controls(book)
    if not rows:
        return None
    most = MOST_CONTROLS if any(row["difference"] != 0 for row in rows) else MOST_TIED
    return Table(
        "reconciliation",
        (
            Column("metric", width=18),
            Column("scope", width=16),
            Column("period", width=18),
            Column("warehouse", "number", 17),
            Column("control", "number", 17),
            Column("difference_exact", "number", 14),
        ),
        tuple(
            (
                book.name(row["metric"]),
                book.scope_name(row["scope_kind"], row["scope"]),
                say("from_to", first=Day(row["period_start"]), last=Day(row["period_end"])),
                Figure(row["warehouse_amount"], "exact_money"),
                Figure(row["control_amount"], "exact_money"),
                Figure(row["difference"], "exact_money", "ok" if row["difference"] else "zero"),
            )
            for row in rows[:most]
        ),
        more=max(len(rows) - most, 0),
    )
