"""The table of sums as organised today (D-29)."""

from decimal import Decimal
from typing import Any

import polars as pl

from tests.transforms.views.builders import inputs
from tests.transforms.views.frames import QUARTER, frame
from transforms.tables.as_organised import AsOrganised
from transforms.views.book import Book
from transforms.views.cells import Delta, Figure, Text
from transforms.views.organised import organised_table


def regrouped(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    book = Book(inputs(), "company", "company")
    found: list[dict[str, Any]] = [
        {
            "metric": "sales_amount",
            "scope_kind": kind,
            "scope": scope,
            "period_kind": "ytd",
            "period_start": QUARTER,
            "period_end": book.as_of,
            "value_then": Decimal(then),
            "value_now": Decimal(now),
        }
        for kind, scope, then, now in rows
    ]
    return frame(AsOrganised, found)


MOVED = regrouped(
    ("team", "华东二部", 900, 600), ("team", "华南一部", 100, 400), ("team", "华北部", 70, 70)
)


def test_d29_only_what_differs_is_shown_below_the_unchanged_total() -> None:
    table = organised_table(Book(inputs(as_organised=MOVED), "company", "company"), "sales_amount")
    assert table is not None
    assert table.rows[0][1] == table.rows[0][2]
    assert table.rows[1:] == (
        (
            Text("华东二部"),
            Figure(Decimal(900), "money"),
            Figure(Decimal(600), "money"),
            Delta(Decimal(-300), "money"),
        ),
        (
            Text("华南一部"),
            Figure(Decimal(100), "money"),
            Figure(Decimal(400), "money"),
            Delta(Decimal(300), "money"),
        ),
    )


def test_d29_nothing_is_shown_where_nothing_differs_nor_to_a_team() -> None:
    same = regrouped(("team", "华北部", 70, 70))
    assert (
        organised_table(Book(inputs(as_organised=same), "company", "company"), "sales_amount")
        is None
    )
    team = Book(inputs(as_organised=MOVED), "team", "华东二部")
    assert organised_table(team, "sales_amount") is None
