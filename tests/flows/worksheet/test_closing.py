"""A case without data is closed by a person alone: 结案 on the worksheet, through the inbox."""

from pathlib import Path

import polars as pl
import pytest

from tests.flows.worksheet.desk import EAST, KEY, WEEKS, Desk
from tests.flows.worksheet.filling import fill, lines
from transforms.views.model import Table

pytestmark = pytest.mark.xdist_group("worksheet")

UNMEASURED = 2
"""Reviews in a row without a value, after which a person is asked."""
PERIODS = {f"sales_amount:team:{EAST}:{kind}" for kind in ("week", "mtd", "qtd")}


@pytest.fixture(scope="module")
def unmeasured(published: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The metric is switched off after the first week; reviews go on until the case is asked for.

    Not to be changed; `asked` is a copy for one test.
    """
    desk = published.copied(tmp_path_factory.mktemp("unmeasured") / "acme")
    off = "[metrics.sales_amount]\nis_active = false\n"
    (desk.company.folder / "metrics.toml").write_text(off, "utf-8")
    settings = desk.company.folder / "fupan.toml"
    sooner = f"\n[review]\nclose_after_weeks = {UNMEASURED}\n"
    settings.write_text(settings.read_text("utf-8") + sooner, "utf-8")
    for week in range(1, UNMEASURED + 1):
        desk.monday(week)
    return desk


@pytest.fixture
def asked(unmeasured: Desk, tmp_path: Path) -> tuple[Desk, int]:
    """The desk, and the week in which it is asked whether to close the case."""
    return unmeasured.copied(tmp_path / "acme"), UNMEASURED


def _keys(desk: Desk, state: str) -> set[str]:
    rows = desk.review.tables["case_thread"].filter(pl.col("scope") == EAST)
    return {row["case_key"] for row in rows.to_dicts() if row["state"] == state}


def _table(desk: Desk, code: str) -> Table | None:
    blocks = [block for page in desk.pack().pages for block in page.blocks]
    return next((b for b in blocks if isinstance(b, Table) and b.code == code), None)


def test_without_data_the_worksheet_asks_whether_to_close_and_says_how(
    asked: tuple[Desk, int],
) -> None:
    desk, _ = asked
    assert desk.thread()["is_close_proposed"]
    rows = [row for row in lines(desk.sheet()) if str(row["案例号"]).endswith(KEY)]
    (row,) = rows
    assert row["案例号"] == f"{WEEKS[0]}:{KEY}"
    assert "结案" in str(row["请回答"])
    table = _table(desk, "act_unmeasured")
    assert table is not None
    assert len(table.rows) == len(PERIODS)


def test_close_on_the_sheet_closes_that_case_and_no_other(asked: tuple[Desk, int]) -> None:
    desk, week = asked
    place = next(n for n, row in enumerate(lines(desk.sheet())) if str(row["案例号"]).endswith(KEY))
    said = {"根本原因": "该指标不再考核", "状态": "结案", "填写人": "李强"}
    fill(desk.sheet(), desk.inbox / "结案.why.xlsx", {place: said})
    desk.monday(week + 1)
    assert not desk.report.problems
    assert desk.report.rejects.is_empty()
    assert _keys(desk, "closed_by_person") == {KEY}
    assert _keys(desk, "unmeasured") == PERIODS - {KEY}
    assert not any(str(row["案例号"]).endswith(KEY) for row in lines(desk.sheet()))
    closed = _table(desk, "act_closed")
    assert closed is not None
    desk.monday(week + 2)
    assert desk.thread() == {}


def test_an_empty_line_closes_nothing(asked: tuple[Desk, int]) -> None:
    desk, week = asked
    fill(desk.sheet(), desk.inbox / desk.sheet().name, {})
    desk.monday(week + 1)
    assert _keys(desk, "closed_by_person") == set()
    assert _keys(desk, "unmeasured") == PERIODS
