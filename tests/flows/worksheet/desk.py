"""A small company through its Mondays: take in, review, publish, fill in the worksheet."""

import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.company import Company, open_company
from flows.edition import Edition, publish_edition
from flows.ingest import IngestReport, ingest
from flows.pack_inputs import pack_inputs
from flows.render import PackJob
from flows.review import Review, build_review, named_week
from tests.flows.small_company import MONDAY, make_company, order
from tests.flows.worksheet.filling import fill, lines
from transforms.views import PackInputs, PackView, canonical, pack_view

EAST = "东部一队"
WEEKS = tuple(f"2026-W{week}" for week in range(46, 54))
KEY = f"sales_amount:team:{EAST}:qtd"
"""The quarter tells the story of the team's sales; its month and week lag likewise."""
Said = str | float | date

ANSWER: dict[str, Said] = {
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


def light_packs(patch: pytest.MonkeyPatch) -> None:
    """Packs as the bytes of their view: tests of worksheets are not about PDF."""

    def write(jobs: Sequence[PackJob], **_: object) -> list[Path]:
        for job in jobs:
            job.path.write_bytes(canonical(job.view))
        return [job.path for job in jobs]

    patch.setattr("flows.edition.render_packs", write)


class Desk:
    """One company through its weeks."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.report: IngestReport
        self.review: Review
        self.edition: Edition

    @classmethod
    def of(cls, folder: Path) -> "Desk":
        """A company that has exported everything up to the first week."""
        return cls(make_company(folder))

    def copied(self, folder: Path) -> "Desk":
        """The same company, as it is now, in another folder."""
        shutil.copytree(self.company.folder, folder)
        other = Desk(open_company(folder))
        other.report, other.review, other.edition = self.report, self.review, self.edition
        return other

    def take_in(self, week: int) -> IngestReport:
        """Take in what lies there on the Monday after a week."""
        self.company = open_company(self.company.folder)
        self.report = ingest(self.company, MONDAY + timedelta(weeks=week))
        return self.report

    def monday(self, week: int) -> "Desk":
        """Take in what lies there, review and publish the week."""
        self.take_in(week)
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
        (self.inbox / f"订单_{week}.csv").write_text(text, "utf-8")

    @property
    def inbox(self) -> Path:
        return self.company.folder / "inbox"

    def answer(self, name: str, **typed: Said) -> Path:
        """Fill in the first empty line of the week's case and put the file into the inbox."""
        line = next(
            place
            for place, row in enumerate(lines(self.sheet()))
            if str(row["案例号"]).endswith(KEY) and not row["填写人"] and not row["根本原因"]
        )
        return fill(self.sheet(), self.inbox / name, {line: typed})

    def change(self, name: str, **typed: Said) -> Path:
        """Type over the line that somebody has filled, and put the file into the inbox."""
        line = next(place for place, row in enumerate(lines(self.sheet())) if row["填写人"])
        return fill(self.sheet(), self.inbox / name, {line: typed})

    def thread(self) -> dict[str, object]:
        rows = self.review.tables["case_thread"].filter(pl.col("case_key") == KEY)
        return rows.row(0, named=True) if rows.height else {}

    def evidence(self, key: str = KEY) -> pl.DataFrame:
        case = pl.col("case_id").str.ends_with(key)
        return self.review.tables["evidence"].filter(case, pl.col("level") == 5)

    def answers(self) -> pl.DataFrame:
        return self.review.tables["case_answer"].filter(pl.col("case_key") == KEY)

    def inputs(self) -> PackInputs:
        return pack_inputs(self.company, self.review)

    def pack(self) -> PackView:
        return pack_view(self.inputs(), "team", EAST)
