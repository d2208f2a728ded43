"""Sums as organised today beside the ordinary view (D-29), where the two differ."""

from decimal import Decimal

from transforms.views.book import Book
from transforms.views.cells import Delta, Figure, say
from transforms.views.figures import value_of
from transforms.views.model import Column, Table

MOST_ROWS = 14
_PERIOD = "ytd"


def organised_table(book: Book, metric: str) -> Table | None:
    """Regions and teams whose year to date stands elsewhere by today's assignments.

    None where no sum differs, and in a team's pack, which shows nothing of other teams. The first
    row is the company, which is the same in both columns.
    """
    root = book.value(metric, _PERIOD)
    if root is None or not book.is_company:
        return None
    found = book.rows("as_organised")
    rows = [row for row in found if (row["metric"], row["period_kind"]) == (metric, _PERIOD)]
    moved = [row for row in rows if row["value_then"] != row["value_now"]]
    if not moved:
        return None
    unit = root["unit"]
    moved.sort(key=lambda row: (row["scope_kind"], row["value_now"] - row["value_then"]))
    total = value_of(root)
    lines = [(book.scope_name(book.scope_kind, book.scope), total, total, Delta(Decimal(0), unit))]
    lines += [
        (
            book.scope_name(row["scope_kind"], row["scope"]),
            Figure(row["value_then"], unit),
            Figure(row["value_now"], unit),
            Delta(row["value_now"] - row["value_then"], unit),
        )
        for row in moved[:MOST_ROWS]
    ]
    shown = enumerate(moved[:MOST_ROWS], 1)
    wholes = (0, *(place for place, row in shown if row["scope_kind"] == "region"))
    return Table(
        "as_organised",
        (
            Column("scope", width=34),
            Column("value_then", "number", 22),
            Column("value_now", "number", 22),
            Column("regrouped", "number", 22),
        ),
        tuple(lines),
        more=max(0, len(moved) - MOST_ROWS),
        emphasised=wholes,
        note=say("as_organised"),
    )
