"""A worksheet goes out with a pack, comes back filled in, and its case goes on until it is back."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.company import Company, open_company
from flows.edition import Edition, publish_edition
from flows.ingest import IngestReport, ingest
from flows.render import PackJob
from flows.review import Review, build_review, named_week
from tests.flows.small_company import MONDAY, make_company, order
from tests.flows.worksheet.filling import fill, lines
from transforms.views import PackInputs, canonical, pack_view
from transforms.views.model import Page

EAST = "东部一队"
WEEKS = ("2026-W46", "2026-W47", "2026-W48", "2026-W49")
KEY = f"sales_amount:team:{EAST}:week"


@pytest.fixture(autouse=True)
def quick_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs as the bytes of their view: these tests are about worksheets, not about PDF."""

    def write(jobs: Sequence[PackJob], **_: object) -> list[Path]:
        for job in jobs:
            job.path.write_bytes(canonical(job.view))
        return [job.path for job in jobs]

    monkeypatch.setattr("flows.edition.render_packs", write)


class Desk:
    """One company through its weeks."""

    def __init__(self, folder: Path) -> None:
        self.company: Company = make_company(folder)
        self.report: IngestReport
        self.review: Review
        self.edition: Edition

    def monday(self, week: int) -> "Desk":
        """Take in what lies there, review and publish the week."""
        self.company = open_company(self.company.folder)
        self.report = ingest(self.company, MONDAY + timedelta(weeks=week))
        label = named_week(self.company, WEEKS[week])
        self.review = build_review(self.company, label, self.report.known_at)
        self.edition = publish_edition(self.company, self.review, reason="weekly run")
        return self

    def sheet(self, scope: str = EAST) -> Path:
        """The worksheet of a pack."""
        found = next(pack.worksheet for pack in self.edition.packs if pack.scope == scope)
        assert found is not None
        return found

    def sell(self, week: int, east: str) -> None:
        """Export the orders of a week: both teams sell every working day."""
        text = "单号,日期,工号,客户,金额\n"
        for day in range(5):
            on = date(2026, 11, 9) + timedelta(weeks=week, days=day)
            number = 9000 + 10 * week + 2 * day
            text += order(number, on, "R1", east) + order(number + 1, on, "R2", "4000.55")
        self.drop(f"订单_{week}.csv", text)

    def drop(self, name: str, text: str) -> None:
        (self.company.folder / "inbox" / name).write_text(text, "utf-8")

    def answer(self, name: str, **typed: str | float | date) -> Path:
        """Fill in the first empty line of the week's case and put the file into the inbox."""
        rows = lines(self.sheet())
        line = next(
            place
            for place, row in enumerate(rows)
            if str(row["案例号"]).endswith(KEY) and not row["填写人"] and not row["根本原因"]
        )
        into = self.company.folder / "inbox" / name
        return fill(self.sheet(), into, {line: typed})

    def thread(self) -> dict[str, object]:
        rows = self.review.tables["case_thread"].filter(pl.col("case_key") == KEY)
        return rows.row(0, named=True) if rows.height else {}

    def evidence(self) -> pl.DataFrame:
        case = pl.col("case_id").str.ends_with(KEY)
        return self.review.tables["evidence"].filter(case, pl.col("level") == 5)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "acme").monday(0)


ANSWER: dict[str, str | float | date] = {
    "根本原因": "合作前未做资质审核，渠道方数据造假",
    "原因类别": "执行问题",
    "措施": "优化渠道筛选标准",
    "负责人": "李强",
    "期限": date(2026, 11, 29),
    "影响指标": "销售额",
    "预期变化": 3000,
    "状态": "进行中",
    "填写人": "李强",
}


def test_the_worksheet_holds_the_chain_of_every_case_and_asks(desk: Desk) -> None:
    """D-18: five levels, what is not known is asked."""
    rows = lines(desk.sheet())
    cases = desk.review.tables["variance"].filter(pl.col("scope") == EAST)
    assert {row["案例号"] for row in rows} == set(cases["case_id"])
    told = [row for row in rows if row["案例"]]
    assert len(told) == cases.height
    for row in told:
        assert row["1 差在哪、差多少"]
        assert "根本原因是什么" in str(row["请回答"])
    assert all(row["填写人"] is None for row in rows)


def test_the_same_review_writes_the_same_bytes(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path / "elsewhere" / "acme").monday(0)
    assert desk.sheet().read_bytes() == other.sheet().read_bytes()


def test_untouched_it_comes_back_as_nothing(desk: Desk) -> None:
    fill(desk.sheet(), desk.company.folder / "inbox" / desk.sheet().name, {})
    desk.monday(0)
    assert not desk.report.problems
    assert desk.report.files.filter(pl.col("source") == "worksheet")["rows_read"].to_list() == [0]
    assert not list((desk.company.folder / "inbox").glob("*.xlsx"))


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
    assert "question" not in desk.evidence()["kind"].to_list()
    carried = next(row for row in lines(desk.sheet()) if row["填写人"])
    assert {name: carried[name] for name in ("根本原因", "措施", "状态", "影响指标")} == {
        name: ANSWER[name] for name in ("根本原因", "措施", "状态", "影响指标")
    }

    desk.sell(2, "2100.00")
    desk.monday(2)
    assert (desk.thread()["state"], desk.thread()["opened_in_week"]) == ("recovered", WEEKS[0])
    page = _page(desk, "act")
    assert [table.code for table in page.blocks] == ["act_register", "act_closed"]

    desk.sell(3, "2100.00")
    desk.monday(3)
    assert desk.thread() == {}
    assert [table.code for table in _page(desk, "act").blocks] == ["act_register"]


def _page(desk: Desk, code: str) -> Page:

    review = desk.review
    inputs = PackInputs(
        "海川设备",
        "CNY",
        review.parameters,
        review.catalogue,
        {**review.tables, **review.records, "open_deal": review.facts["open_deal"].collect()},
    )
    view = pack_view(inputs, "team", EAST)
    return next(page for page in view.pages if page.code == code)


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
    desk.company = open_company(desk.company.folder)
    report = ingest(desk.company, MONDAY + timedelta(hours=1))
    assert not report.problems
    reject = report.rejects.row(0, named=True)
    assert reject["rule"] == rule
    if column is not None:
        assert (reject["column"], reject["value"]) == (column, typed[column] or None)
    file = report.files.filter(pl.col("source") == "worksheet").row(0, named=True)
    parts = ("rows_opened", "rows_unchanged", "rows_rejected", "rows_superseded")
    assert file["rows_read"] == sum(file[part] for part in parts) == 1
    assert report.exit_code == 1
