"""No wage, no incentive, no pay reaches whoever may not see pay (D-24)."""

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest

from flows.company import Company, open_company
from flows.delivery import deliver
from flows.edition import Edition, Pack, publish_edition
from flows.finance import publish_finance
from flows.ingest import ingest
from flows.pay.annex import publish_annexes
from flows.pay.wages import read_wages
from flows.render import PackJob
from flows.render.html import render_html
from flows.review import Review, build_review
from tests.flows.small_company import MONDAY, SETTINGS, WEEK, make_company
from tests.flows.test_delivery import PLAIN, Inbox, inbox
from transforms.calendar import review_week

__all__ = ["inbox"]

pytestmark = pytest.mark.xdist_group("secrecy")  # its fixtures are made once

MARK = "OnlyInPay-77113355"
"""A person who stands in the file of wages alone."""
WAGE = "13579.24"
REJECTED = "secretly-8642"
"""A cell of a row that is rejected: not a number."""

WAGES = f"工号,起,月薪\nR1,2026-01-01,{WAGE}\nR2,2026-01-01,20000\n{MARK},2026-01-01,1\n"
WAGES += f"R9,2026-01-01,{REJECTED}\n"

SOURCE = """
title = "工资"
entity = "wage"
files = "工资*.csv"
[columns]
rep_id = "工号"
valid_from = "起"
monthly_wage = "月薪"
[checks]
max_reject_share = 0.9
"""

REP_TARGETS = """
title = "个人目标"
entity = "target"
files = "个人目标.csv"
folder = "plan"
[columns]
metric = { value = "sales_amount" }
scope_kind = { value = "rep" }
scope = "工号"
period_start = "开始"
period_end = "结束"
target_value = "目标"
"""

INCENTIVES = """
[incentives]
steps = [{ attainment = "1.00", wage_share = "0.10" }, { attainment = "1.20", wage_share = "0.20" }]
[incentives.commission]
rate = "0.01"
"""

RECIPIENTS = """
[[recipients]]
name = "总监"
email = "head@haichuan.cn"
may_see_pay = true
[[recipients]]
name = "董事会秘书"
email = "board@haichuan.cn"
[[recipients]]
name = "李强"
email = "east@haichuan.cn"
team = "东部一队"
[[recipients]]
name = "陈静"
email = "west@haichuan.cn"
team = "西部一队"
may_see_pay = true
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company with a file of wages, targets of its reps, and rules."""
    place = tmp_path_factory.mktemp("pay") / "haichuan"
    make_company(place, SETTINGS + INCENTIVES + RECIPIENTS)
    (place / "sources" / "wage.toml").write_text(SOURCE, "utf-8")
    (place / "sources" / "rep_target.toml").write_text(REP_TARGETS, "utf-8")
    (place / "inbox" / "工资.csv").write_text(WAGES, "utf-8")
    goals = "工号,开始,结束,目标\nR1,2026-10-01,2026-10-31,18000\nR2,2026-10-01,2026-10-31,90000\n"
    (place / "plan" / "个人目标.csv").write_text(goals, "utf-8")
    ingest(open_company(place), MONDAY)
    return place


@pytest.fixture(scope="module")
def company(folder: Path) -> Company:
    return open_company(folder)


@pytest.fixture(scope="module")
def review(company: Company) -> Review:
    return build_review(company, review_week(WEEK), MONDAY)


@pytest.fixture(scope="module")
def edition(company: Company, review: Review) -> Edition:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.edition.render_packs", write_text)
        published = publish_edition(company, review, reason="weekly run")
    publish_finance(company, review, published)
    return published


@pytest.fixture(scope="module")
def annexes(company: Company, review: Review) -> tuple[Pack, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.pay.annex.render_packs", write_text)
        return publish_annexes(company, review)


def write_text(jobs: Sequence[PackJob], **_: object) -> list[Path]:
    """Write what each document says, as HTML: laying out pages is not what is looked at here."""
    for job in jobs:
        job.path.write_text(render_html(job.view, job.locale, job.edition), "utf-8")
    return [job.path for job in jobs]


def files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_warehouse_holds_the_wages_so_that_the_others_can_fail(company: Company) -> None:
    assert MARK.encode() in company.warehouse.read_bytes()
    assert REJECTED.encode() in company.warehouse.read_bytes()
    assert read_wages(company, MONDAY)["monthly_wage"].sum() > 33_000


@pytest.mark.usefixtures("edition", "annexes")
def test_d24_nothing_published_holds_a_wage_in_any_byte(company: Company) -> None:
    """Readers' copy, finance file, packs, tables of the review, manifests: all of published/."""
    published = list(files(company.published))
    assert {"warehouse.duckdb", "finance.duckdb"} <= {path.name for path in published}
    for path in published:
        content = path.read_bytes()
        for secret in (MARK, REJECTED, WAGE):
            assert secret.encode() not in content, path.name
        assert "incentive" not in path.name
        assert "pay" not in path.stem


@pytest.mark.usefixtures("edition")
def test_d24_the_readers_copy_and_the_finance_file_have_no_row_of_pay(company: Company) -> None:
    with duckdb.connect(company.committed, read_only=True) as connection:
        count = connection.execute("from core.wage select count(*)").fetchall()
        sales = connection.execute("from core.order_line select count(*)").fetchall()
        rejects = connection.execute("from ops.reject select distinct value, message").fetchall()
    assert count == [(0,)]
    assert sales[0][0] > 0
    assert rejects == [(None, "not shown: the source holds pay")]
    with duckdb.connect(company.published / "finance.duckdb", read_only=True) as connection:
        judged = connection.execute("from source_quality select distinct source").fetchall()
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert {"wage", "incentive", "pay_proposal"}.isdisjoint(name for (name,) in tables)
    assert ("order",) in judged
    assert ("wage",) not in judged


def test_d24_no_pack_names_an_amount_of_pay(edition: Edition, annexes: tuple[Pack, ...]) -> None:
    """R2 sold 88,012.10 in October: a commission of 880.12 and no bonus below 100 %."""
    whole = next(pack.path.read_text("utf-8") for pack in annexes if pack.scope_kind == "company")
    assert "880.12" in whole
    for pack in edition.packs:
        said = pack.path.read_text("utf-8")
        assert "880.12" not in said
        assert "激励" not in said


def test_the_annex_of_a_team_holds_its_own_people_alone(annexes: tuple[Pack, ...]) -> None:
    assert [(each.scope_kind, each.scope) for each in annexes] == [
        ("company", "company"),
        ("team", "西部一队"),
    ]
    said = annexes[1].path.read_text("utf-8")
    assert "赵磊" in said
    assert "王芳" not in said


def test_only_the_owner_may_open_what_shows_pay(
    company: Company, annexes: tuple[Pack, ...]
) -> None:
    for path in (company.pay, company.wages, annexes[0].path.parent):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077 or path.suffix == ".pdf"
    assert company.pay not in company.published.parents
    assert not annexes[0].path.is_relative_to(company.published)


def test_the_same_pay_makes_no_second_annex(
    company: Company, review: Review, annexes: tuple[Pack, ...]
) -> None:
    again = publish_annexes(company, review)
    assert [each.sha256 for each in again] == [each.sha256 for each in annexes]
    assert not any(each.is_new for each in again)


def test_d24_the_mail_server_hands_pay_to_nobody_else(
    inbox: tuple[Inbox, int],  # the fixture of the mail tests
    folder: Path,
    edition: Edition,
    annexes: tuple[Pack, ...],
) -> None:
    kept, port = inbox
    settings = folder / "fupan.toml"
    before = settings.read_text("utf-8")
    host = f'[delivery]\nsmtp_host = "127.0.0.1"\nsmtp_port = {port}\n{PLAIN}'
    settings.write_text(before + host, "utf-8")
    try:
        sent = deliver(open_company(folder), edition, annexes)
        again = deliver(open_company(folder), edition, annexes)
    finally:
        settings.write_text(before, "utf-8")
    pay = {each.path.read_bytes(): each.scope for each in annexes}
    got = [(receiver, pay[content]) for receiver, content in kept.sent() if content in pay]
    assert got == [("head@haichuan.cn", "company"), ("west@haichuan.cn", "西部一队")]
    assert len(sent) == len(kept.messages) == 6
    assert again == ()
    subjects = [m["Subject"] for m in kept.messages if "激励" in m["Subject"]]
    assert len(subjects) == 2
