"""A worksheet goes out with a pack, comes back filled in, and its case goes on until it is back."""

from pathlib import Path

import polars as pl
import pytest

from tests.flows.worksheet.desk import ANSWER, EAST, KEY, WEEKS, Desk
from tests.flows.worksheet.filling import fill, lines
from transforms.views.model import Page

pytestmark = pytest.mark.xdist_group("worksheet")


def test_the_worksheet_holds_the_chain_of_every_story_and_asks(desk: Desk) -> None:
    """D-18: five levels, what is not known is asked; once for quarter, month and week."""
    rows = lines(desk.sheet())
    cases = desk.review.tables["variance"].filter(pl.col("scope") == EAST)
    assert {row["案例号"] for row in rows} == set(cases["story"])
    told = [row for row in rows if row["案例"]]
    assert len(told) == cases["story"].n_unique() == cases.height - 2
    sales = next(row for row in told if str(row["案例号"]).endswith(KEY))
    assert "同一差距还见于：11 月 −49.9%" in str(sales["1 差在哪、差多少"])
    assert "第 46 周 −49.9%" in str(sales["1 差在哪、差多少"])
    for row in told:
        assert row["1 差在哪、差多少"]
        assert "根本原因是什么" in str(row["请回答"])
    assert all(row["填写人"] is None for row in rows)


def test_the_same_review_writes_the_same_bytes(desk: Desk, tmp_path: Path) -> None:
    other = Desk.of(tmp_path / "elsewhere" / "acme").monday(0)
    assert desk.sheet().read_bytes() == other.sheet().read_bytes()


def test_untouched_it_comes_back_as_nothing(desk: Desk) -> None:
    fill(desk.sheet(), desk.inbox / desk.sheet().name, {})
    desk.take_in(0)
    assert not desk.report.problems
    assert desk.report.files.filter(pl.col("source") == "worksheet")["rows_read"].to_list() == [0]
    assert not list(desk.inbox.glob("*.xlsx"))


def test_an_answer_is_carried_until_the_metric_is_back_and_closed_once(desk: Desk) -> None:
    """D-18, D-20: asked, answered, carried, closed."""
    assert desk.thread()["state"] == "new"
    assert desk.evidence()["kind"].to_list() == ["question"]

    desk.answer("回复.why.xlsx", **ANSWER)
    desk.sell(1, "1050.20")
    desk.monday(1)
    files = desk.report.files.filter(pl.col("source") == "worksheet")
    assert files.select("rows_read", "rows_opened").rows() == [(1, 1)]
    assert (desk.thread()["state"], desk.thread()["weeks_open"]) == ("carried", 2)
    assert (desk.thread()["answers"], desk.thread()["open_actions"]) == (1, 1)
    said = desk.evidence().row(0, named=True)
    assert (said["kind"], said["subject"], said["answered_in_week"]) == ("answer", "李强", WEEKS[0])
    assert (said["text"], said["cause_class"]) == (ANSWER["根本原因"], "execution")
    for period in ("qtd", "mtd", "week"):
        kinds = desk.evidence(f"sales_amount:team:{EAST}:{period}")["kind"].to_list()
        assert (kinds[0], "question" in kinds) == ("answer", False)
    carried = next(row for row in lines(desk.sheet()) if row["填写人"])
    assert {name: carried[name] for name in ("根本原因", "措施", "状态", "影响指标")} == {
        name: ANSWER[name] for name in ("根本原因", "措施", "状态", "影响指标")
    }

    desk.sell(2, "9000.00")
    desk.monday(2)
    assert (desk.thread()["state"], desk.thread()["opened_in_week"]) == ("recovered", WEEKS[0])
    page = _page(desk, "act")
    assert [table.code for table in page.blocks] == ["act_register", "act_closed"]

    desk.sell(3, "2100.00")
    desk.monday(3)
    assert desk.thread() == {}
    assert [table.code for table in _page(desk, "act").blocks] == ["act_register"]


def _page(desk: Desk, code: str) -> Page:
    return next(page for page in desk.pack().pages if page.code == code)


@pytest.mark.parametrize(
    ("typed", "rule", "column"),
    [
        pytest.param({"填写人": ""}, "answered_by|missing", "填写人", id="nobody says who"),
        pytest.param({"原因类别": "天气"}, "cause_class|unmapped_value", "原因类别", id="class"),
        pytest.param({"期限": "下周"}, "due_on|not_a_date", "期限", id="day"),
        pytest.param({"期限": ""}, "action_has_a_due_day", None, id="no day"),
        pytest.param({"负责人": ""}, "action_has_an_owner", None, id="no owner"),
        pytest.param({"影响指标": ""}, "effect_names_its_metric", None, id="no metric"),
        pytest.param({"预期变化": "很多"}, "effect_delta|not_a_number", "预期变化", id="number"),
    ],
)
def test_a_wrong_line_is_rejected_with_row_column_and_value_and_holds_nothing(
    desk: Desk, typed: dict[str, str], rule: str, column: str | None
) -> None:
    desk.answer("错.why.xlsx", **{**ANSWER, **typed})
    report = desk.take_in(1)
    assert not report.problems
    reject = report.rejects.row(0, named=True)
    assert reject["rule"] == rule
    if column is not None:
        assert (reject["column"], reject["value"]) == (column, typed[column] or None)
    file = report.files.filter(pl.col("source") == "worksheet").row(0, named=True)
    parts = ("rows_opened", "rows_unchanged", "rows_rejected", "rows_superseded")
    assert file["rows_read"] == sum(file[part] for part in parts) == 1
    assert report.exit_code == 1
