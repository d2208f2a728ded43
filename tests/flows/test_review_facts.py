"""What a review reads: the same tables whether facts come in rows or as groups."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows import review_facts
from flows.company import Company
from flows.ingest import ingest
from flows.marts import facts_in_columns
from flows.paths import part
from flows.review import build_review, named_week
from flows.review_reads import RECORDS
from tests.flows.small_company import MONDAY, ROSTER, WEEK, make_company
from transforms.tables import ENTITIES
from transforms.views.inputs import RECORDS_SHOWN


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """R1 has been in the other team since October."""
    made = make_company(tmp_path / "haichuan")
    moved = ROSTER.replace('{ value = "1900-01-01" }', '"从"').replace("花名册", "调动")
    (made.folder / "sources" / "moves.toml").write_text(moved, "utf-8")
    rows = "工号,姓名,团队,大区,经理,从\nR1,甲,二部,华南,丙,2026-10-01\n"
    (made.folder / "inbox" / "调动.csv").write_text(rows, "utf-8")
    assert not ingest(made, MONDAY).problems
    return made


def test_rows_and_groups_make_the_same_tables(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = named_week(company, WEEK)
    of_rows = build_review(company, week, MONDAY).tables
    monkeypatch.setattr(review_facts, "FEW", 0)
    of_groups = build_review(company, week, MONDAY).tables
    assert of_rows["as_organised"].filter(of_rows["as_organised"]["scope"] == "二部").height > 0
    assert set(of_rows) == set(of_groups)
    for name, table in of_rows.items():
        assert_frame_equal(of_groups[name], table)


def test_few_facts_are_read_once_for_a_whole_review(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(*given: Any) -> dict[str, pl.LazyFrame]:  # noqa: ANN401  # passed on as it is
        found = facts_in_columns(*given)
        read.extend(found)
        return found

    monkeypatch.setattr(review_facts, "facts_in_columns", counted)
    build_review(company, named_week(company, WEEK), MONDAY)
    assert read
    assert sorted(read) == sorted(set(read))


def shown() -> Iterator[str]:
    """Every table that a page asks its book for by name."""
    for path in sorted(part("transforms").joinpath("views").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
                asks = getattr(call.func, "attr", "") in {"rows", "frame"}
                if asks or getattr(call.func, "id", "") == "_of_table":
                    given = [each.value for each in call.args if isinstance(each, ast.Constant)]
                    yield from (name for name in given if isinstance(name, str))


def test_every_entity_that_a_page_asks_for_is_read() -> None:
    """But for `action` and `answer`, which `fupan why --json` gives with their case."""
    asked = ENTITIES.keys() & set(shown())
    assert asked == set(RECORDS_SHOWN) - {"action", "answer"}
    assert set(RECORDS_SHOWN) <= set(RECORDS)
