"""The data-quality page: its verdict, what it names first, and what it keeps to itself."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.transforms.views.builders import bare_inputs, inputs
from tests.transforms.views.builders_quality import judged, known, load, profile, reject
from transforms.scopes import COMPANY
from transforms.views import canonical, pack_view
from transforms.views.book import Book
from transforms.views.cells import Cell, Figure, Group, Sentence, Term, Text
from transforms.views.data_quality import check_page, quality_page
from transforms.views.model import Page, Table

WEEKLY = [load(number, "orders", 7 - number, 100) for number in range(1, 8)]
STEADY = [line for number in range(1, 7) for line in profile(number, 100, rep_id=99)]


def book(**tables: pl.DataFrame) -> Book:
    return Book(bare_inputs(**tables), COMPANY, COMPANY)


def page(made: Book) -> Page:
    found = quality_page(made)
    assert found is not None
    return found


def table(found: Page, code: str) -> Table:
    return next(b for b in found.blocks if isinstance(b, Table) and b.code == code)


def plain(cell: Cell) -> str | None:
    """What a cell says, without its kind."""
    match cell:
        case Text():
            return cell.text
        case Term():
            return cell.code
        case Figure():
            return cell.state if cell.value is None else f"{cell.value.normalize():f}"
        case Group():
            return "; ".join(str(plain(item)) for item in cell.cells)
        case Sentence():
            said = ", ".join(f"{name}={plain(quoted)}" for name, quoted in cell.cells)
            return f"{cell.kind}({said})"
        case _:
            return getattr(cell, "colour", None) or str(getattr(cell, "on", None))


def lines(found: Table) -> list[list[str | None]]:
    return [[plain(cell) for cell in row] for row in found.rows]


@pytest.mark.parametrize(
    ("facts", "newest", "kind"),
    [
        pytest.param({}, 100, "quality_green", id="sound"),
        pytest.param({}, 50, "quality_yellow", id="half the rows"),
        pytest.param({"known_rows": 0}, 100, "quality_yellow", id="nothing known"),
    ],
)
def test_the_verdict_follows_the_worst_source(
    facts: dict[str, Any], newest: int, kind: str
) -> None:
    loads = [*WEEKLY[:-1], load(7, "orders", 0, newest)]
    assert page(book(**judged([known("orders", **facts)], loads))).headline.kind == kind


def test_a_required_source_that_never_came_is_named_in_the_headline() -> None:
    late = known("leads", title="线索", is_required=True, known_rows=0)
    found = page(book(**judged([known("orders"), late], WEEKLY)))
    assert found.headline.kind == "quality_red"
    assert Text("线索") in dict(found.headline.cells)["names"].cells  # type: ignore[union-attr]
    assert lines(table(found, "quality_issues"))[0] == ["red", "leads", "issue_no_load()"]


def test_a_missed_control_total_is_the_verdict() -> None:
    missed = inputs().tables["reconciliation"].with_columns(difference=pl.lit(Decimal("0.01")))
    found = page(
        book(
            **judged([known("orders")], WEEKLY),
            reconciliation=missed.cast(dict(inputs().tables["reconciliation"].schema.items())),
        )
    )
    assert found.headline.kind == "quality_differs"


def test_a_drift_says_what_it_is_held_against() -> None:
    facts = judged(
        [known("orders")],
        [*WEEKLY[:-1], load(7, "orders", 0, 50)],
        [*STEADY, *profile(7, 50, rep_id=10)],
    )
    rows = "issue_rows(rows=50, loads=6, usual=100, least=90, most=110)"
    nulls = "issue_nulls(column=rep_id, share=0.8, loads=6, usual=0.01, least=0, most=0.21)"
    assert lines(table(page(book(**facts)), "quality_issues")) == [
        [
            "yellow",
            "orders",
            f"{rows}; {nulls}",
        ],
    ]


def test_a_source_on_one_line() -> None:
    loads = [
        *WEEKLY[:-1],
        load(7, "orders", 0, 101, rows_rejected=2, rows_superseded=1, rows_deleting=3),
    ]
    sources = [known("orders"), known("new", known_rows=0)]
    rejects = [reject(7, 5), reject(7, 6)]
    facts = judged(sources, loads, profile(7, 95, rep_id=95), rejects=rejects)
    found = table(page(book(**facts)), "sources")
    titles = [column.code for column in found.columns]
    by_title = [dict(zip(titles, row, strict=True)) for row in lines(found)]
    assert by_title[0] == {
        "light": "yellow",
        "source": "orders",
        "freshness": "fresh",
        "newest": "2026-11-22",
        "arrived": "after_week",
        "filled": "1",
        "usual_rows": "100",
        "rows_read": "101",
        "rows_opened": "95",
        "rows_unchanged": "0",
        "rows_rejected": "2",
        "rows_superseded": "1",
        "rows_deleting": "3",
        "versions_closed": "0",
    }
    assert by_title[1]["usual_rows"] == "no_load"
    assert by_title[1]["rows_read"] is None  # never loaded is not zero rows


def test_every_table_calls_a_source_as_people_do() -> None:
    facts = judged(
        [known("orders"), known("leads")],
        [*WEEKLY[:-1], load(7, "orders", 0, 100, rows_rejected=1)],
        rejects=[reject(7, 12, column="日期", value="2026-02-30")],
    )
    called = replace(bare_inputs(**facts), sources={"orders": "销售订单"})
    found = page(Book(called, COMPANY, COMPANY))
    for code in ("rejects", "sources"):
        shown = table(found, code)
        place = [column.code for column in shown.columns].index("source")
        names = {plain(row[place]) for row in shown.rows}
        assert "销售订单" in names
        assert "orders" not in names
    assert "leads" in names  # one without a title goes by its name


def test_a_reject_is_shown_with_file_row_and_value() -> None:
    facts = judged(
        [known("orders")],
        [*WEEKLY[:-1], load(7, "orders", 0, 100, rows_rejected=1)],
        rejects=[reject(7, 12, column="日期", value="2026-02-30")],
    )
    found = table(page(book(**facts)), "rejects")
    assert lines(found) == [
        [
            "orders",
            "not_a_date",
            "日期",
            "1",
            "reject_example(file=orders_7.csv, row=12, value=2026-02-30)",
            "wrong_not_a_date(value=2026-02-30, hint=None)",
        ]
    ]


def test_when_the_files_arrived_does_not_change_a_pack() -> None:
    """Only the day of an arrival within the week counts; after it all are in time."""
    sources, profiles = [known("orders")], profile(7, 100, rep_id=100)
    later = [row | {"arrived_at": row["arrived_at"].replace(hour=23)} for row in WEEKLY]
    one, other = (
        replace(bare_inputs(**judged(sources, loads, profiles))) for loads in (WEEKLY, later)
    )
    assert canonical(pack_view(one)) == canonical(pack_view(other))


def test_a_check_names_what_stops_a_file_before_anything_else() -> None:
    facts = judged([known("orders")], WEEKLY)
    problem = {"what": "订单.csv is empty", "where": "inbox", "state": "", "remedy": "export again"}
    found = check_page(book(**facts, problem=pl.DataFrame([problem])))
    assert found.headline.kind == "check_stopped"
    assert [block.code for block in found.blocks][:1] == ["problems"]
    titles = [column.code for column in table(found, "sources").columns]
    assert "rows_good" in titles
    assert "rows_opened" not in titles


def test_nothing_in_the_settings_and_nothing_loaded_is_one_line() -> None:
    found = page(book())
    assert (found.headline.kind, found.blocks, found.starts_page) == ("quality_none", (), False)
