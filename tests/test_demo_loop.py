"""The model chain of D-18 on the demo company: asked, answered, carried with its action, closed."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.company import Company
from flows.edition import Edition, publish_edition
from flows.ingest import IngestReport, ingest
from flows.pack_inputs import pack_inputs
from flows.render.wording import Wording
from flows.review import Review, build_review, named_week
from tests.demo_company import MONDAY, generate
from tests.flows.render.sentences import text
from tests.flows.worksheet.desk import light_packs
from tests.flows.worksheet.filling import fill, grid, lines
from transforms.views import PackView, pack_view
from transforms.views.model import Table

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("demo loop")]

TEAM = "华东二部"
STORY = f"qualified_leads:team:{TEAM}:"
"""Week, month and quarter are one story, asked once; each is followed for itself."""
KEY = f"{STORY}week"
WORDS = Wording("zh-CN", "CNY", 2026)
SCALE = "0.3"
"""A third of the demo company's leads and customers: each week is reviewed in half a minute."""
ANSWER: dict[str, str | float | date] = {
    "根本原因": "行业联盟的名录是编造的：合作前没有审核对方资质",
    "原因类别": "执行问题",
    "措施": "优化渠道筛选标准：先验资质，再小额试投两周",
    "负责人": "沈嘉禾",
    "期限": date(2026, 11, 27),
    "影响指标": "有效线索量",
    "预期变化": 4,
    "状态": "进行中",
    "填写人": "沈嘉禾",
}


class Monday:
    """One Monday of the demo company, for one team."""

    def __init__(self, company: Company, week: str, weeks: int) -> None:
        self.report: IngestReport = ingest(company, MONDAY + timedelta(weeks=weeks))
        label = named_week(company, week)
        self.review: Review = build_review(company, label, self.report.known_at)
        self.edition: Edition = publish_edition(
            company, self.review, reason="weekly run", team=TEAM
        )
        self.view: PackView = pack_view(pack_inputs(company, self.review), "team", TEAM)

    @property
    def sheet(self) -> Path:
        (found,) = [pack.worksheet for pack in self.edition.packs]
        assert found is not None
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of a review table about the case, whatever its week."""
        found = self.review.tables[table]
        if table == "action_item":
            of_story = pl.col("case_key").str.starts_with(STORY)
            return found.filter(of_story, pl.col("origin") == "worksheet").to_dicts()
        if "case_key" in found.columns:
            return found.filter(pl.col("case_key") == KEY).to_dicts()
        return found.filter(pl.col("case_id").str.ends_with(KEY)).to_dicts()

    def state(self) -> str | None:
        """How far the case is; None where it is told no more."""
        threads = self.rows("case_thread")
        return threads[0]["state"] if threads else None

    def shown(self, code: str) -> list[str]:
        """The lines of a table of the page of actions."""
        pages = [page for page in self.view.pages if page.code == "act"]
        tables = [each for page in pages for each in page.blocks if isinstance(each, Table)]
        return [
            " ".join(text(WORDS, cell) for cell in row)
            for table in tables
            if table.code == code
            for row in table.rows
        ]


def test_d18_the_model_chain_is_asked_answered_carried_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    light_packs(monkeypatch)
    company = generate(tmp_path / "demo", "--scale", SCALE, "--after")

    first = Monday(company, "2026-W46", 0)
    assert first.state() == "new"
    levels = {row["level"] for row in first.rows("evidence")}
    assert levels >= {5}
    causes = [row for row in first.rows("evidence") if row["level"] == 5]
    assert "question" in [row["kind"] for row in causes]
    known = next(row for row in causes if row["text"] == "合作前未审核")
    assert known["cause_class"] == "execution"
    assert known["countermeasure"].startswith("优化渠道筛选标准")
    sheet = lines(first.sheet)
    place = next(number for number, row in enumerate(sheet) if STORY in str(row["案例号"]))
    assert "对策手册归为执行问题" in str(sheet[place]["5 在案的原因"])
    assert "根本原因是什么" in str(sheet[place]["请回答"])
    offered = {cell for row in grid(first.sheet, "选项") for cell in row}
    assert {"优化渠道筛选标准：先验资质，再小额试投两周", "启用备用供应商"} <= offered
    fill(first.sheet, company.folder / "inbox" / "回复.why.xlsx", {place: ANSWER})

    _arrives(company, "2026-W47")
    second = Monday(company, "2026-W47", 1)
    assert not [problem for problem in second.report.problems if "why" in problem.what]
    assert second.state() == "carried"
    said = next(row for row in second.rows("evidence") if row["kind"] == "answer")
    assert (said["subject"], said["text"]) == ("沈嘉禾", ANSWER["根本原因"])
    assert "question" not in [row["kind"] for row in second.rows("evidence") if row["level"] == 5]
    (action,) = second.rows("action_item")
    assert (action["status"], action["is_done"], action["decided_in_week"]) == (
        *("进行中", False),
        "2026-W46",
    )
    (shown,) = [line for line in second.shown("act_register") if "先验资质" in line]
    assert "进行中" in shown
    carried = next(n for n, row in enumerate(lines(second.sheet)) if row["填写人"] == "沈嘉禾")
    done: dict[int, dict[str, str | float | date]] = {carried: {"状态": "已完成"}}
    fill(second.sheet, company.folder / "inbox" / "状态.why.xlsx", done)

    _arrives(company, "2026-W48")
    third = Monday(company, "2026-W48", 2)
    assert third.state() == "recovered"
    assert any("有效线索量、本周 2026-W46" in line for line in third.shown("act_closed"))
    (action,) = third.rows("action_item")
    assert (action["status"], action["is_done"]) == ("已完成", True)
    quarter = third.review.tables["case_thread"].filter(pl.col("case_key") == f"{STORY}qtd")
    assert quarter["state"].to_list() == ["carried"]
    (shown,) = [line for line in third.shown("act_register") if "先验资质" in line]
    assert "已完成" in shown


def _arrives(company: Company, week: str) -> None:
    for path in (company.folder / "after" / week).iterdir():
        shutil.copy(path, company.folder / "inbox")
