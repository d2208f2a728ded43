"""Editions: published once, repeated never, restated when the data changed."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.company import Company
from flows.edition import Edition, publish_edition
from flows.errors import PlatformError, UsageError
from flows.finance import publish_finance
from flows.ingest import ingest
from flows.manifest import manifests, review_table
from flows.render import PackJob
from flows.review import Review, build_review, named_week
from tests.flows.small_company import BUDGET, MONDAY, WEEK, make_company, orders
from transforms.scopes import COMPANY
from transforms.views import canonical

pytestmark = pytest.mark.xdist_group("edition")  # its fixtures are made once


def _review(company: Company, days: int = 0) -> Review:
    report = ingest(company, MONDAY + timedelta(days=days))
    assert not report.problems
    return build_review(company, named_week(company, WEEK), report.known_at)


def _publish(company: Company, days: int = 0, reason: str = "weekly run") -> Edition:
    return publish_edition(company, _review(company, days), reason=reason)


@pytest.fixture(scope="module", autouse=True)
def quick_packs() -> Iterator[None]:
    """Packs as the bytes of their view: these tests are about editions, not about PDF."""

    def write(jobs: Sequence[PackJob], **_: object) -> list[Path]:
        for job in jobs:
            job.path.write_bytes(str(job.edition).encode() + canonical(job.view))
        return [job.path for job in jobs]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("flows.edition.render_packs", write)
        yield


@dataclass(frozen=True)
class Reviewed:
    """A company and a review of it that is not published yet."""

    company: Company
    review: Review

    def copied(self, folder: Path) -> "Reviewed":
        """The same in another folder, to do what one likes with."""
        shutil.copytree(self.company.folder, folder)
        return Reviewed(Company(folder, folder), self.review)

    def publish(self, reason: str = "weekly run") -> Edition:
        return publish_edition(self.company, self.review, reason=reason)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Reviewed:
    """A company whose first edition is published, with the review that was; not to be changed."""
    company = make_company(tmp_path_factory.mktemp("published") / "acme")
    first = Reviewed(company, _review(company))
    publish_finance(company, first.review, first.publish())
    return first


@pytest.fixture(scope="module")
def late(published: Reviewed, tmp_path_factory: pytest.TempPathFactory) -> Reviewed:
    """A correction came in and was reviewed the day after; not to be changed.

    The last order of the east was ten times as large.
    """
    company = published.copied(tmp_path_factory.mktemp("corrected") / "acme").company
    header, *lines = orders().splitlines(keepends=True)
    last = [line for line in lines if ",R1," in line][-1]
    text = header + last.replace("1050.20", "10502.00")
    (company.folder / "inbox" / "订单_更正.csv").write_text(text, "utf-8")
    return Reviewed(company, _review(company, days=1))


@pytest.fixture
def first(published: Reviewed, tmp_path: Path) -> Reviewed:
    return published.copied(tmp_path / "acme")


@pytest.fixture
def company(first: Reviewed) -> Company:
    """A company whose first edition is published, to do what one likes with."""
    return first.company


@pytest.fixture
def corrected(late: Reviewed, tmp_path: Path) -> Reviewed:
    return late.copied(tmp_path / "acme")


def test_the_same_data_make_no_edition(company: Company) -> None:
    again = _publish(company, days=1)
    assert (again.number, again.is_new) == (1, False)
    assert not any(pack.is_new for pack in again.packs)


def test_a_correction_makes_the_next_edition_of_what_it_touches(corrected: Reviewed) -> None:
    first = {pack.scope: pack.sha256 for pack in manifests(corrected.company)[0].packs}
    second = corrected.publish("late order")
    assert second.number == 2
    assert {pack.scope for pack in second.packs if pack.is_new} == {COMPANY, "东部一队"}
    west = next(pack for pack in second.packs if pack.scope == "西部一队")
    assert (west.edition, west.sha256) == (1, first["西部一队"])
    assert west.path.exists()


def test_the_restatement_says_what_why_and_since_when(corrected: Reviewed) -> None:
    corrected.publish("late order")
    company = corrected.company
    rows = review_table(company, manifests(company)[-1], "restatement").filter(
        (pl.col("metric") == "sales_amount")
        & (pl.col("scope") == "东部一队")
        & (pl.col("period_kind") == "week")
    )
    row = rows.row(0, named=True)
    assert row["delta"] == pytest.approx(row["as_restated"] - row["as_reported"])
    assert row["delta"] > 0
    assert (row["reason"], row["source"]) == ("late order", "order")
    assert row["arrived_at"] == (MONDAY + timedelta(days=1)).replace(tzinfo=None)


def test_running_after_a_correction_twice_makes_one_edition(corrected: Reviewed) -> None:
    assert corrected.publish().is_new
    again = _publish(corrected.company, days=2)
    assert (again.number, again.is_new) == (2, False)


def test_identity_is_the_same_in_another_place_at_another_time(
    company: Company, tmp_path: Path
) -> None:
    other = make_company(tmp_path / "elsewhere" / "acme")
    one, two = manifests(company)[0], _publish(other, days=30)
    assert one.identity == manifests(other)[0].identity
    first = {pack.scope: pack.sha256 for pack in one.packs}
    assert {pack.scope: pack.sha256 for pack in two.packs} == first


def test_one_team_only(first: Reviewed) -> None:
    company = first.company
    shutil.rmtree(company.published / "packs")
    edition = publish_edition(company, first.review, reason="preview", team="西部一队")
    assert [pack.scope for pack in edition.packs] == ["西部一队"]
    whole = _publish(company, days=1)
    assert (whole.number, len(whole.packs)) == (2, 3)


def test_a_team_nobody_has(first: Reviewed) -> None:
    with pytest.raises(UsageError, match="东部一队"):
        publish_edition(first.company, first.review, reason="preview", team="东部二队")


def test_a_failed_run_leaves_no_half_edition(
    corrected: Reviewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "the disk is gone"
        raise OSError(message)

    with monkeypatch.context() as patched:
        patched.setattr("flows.edition.render_packs", fail)
        with pytest.raises(OSError, match="disk"):
            corrected.publish("late order")
    packs = corrected.company.published / "packs"
    assert [path.name for path in (packs / WEEK).iterdir()] == ["edition-1"]


def test_a_folder_that_cannot_be_written(first: Reviewed) -> None:
    packs = first.company.published / "packs"
    shutil.rmtree(packs)
    packs.write_bytes(b"")
    with pytest.raises(PlatformError, match="packs cannot be written"):
        first.publish()


def test_finance_keeps_every_edition_and_moves_a_stray_log_aside(corrected: Reviewed) -> None:
    company = corrected.company
    stray = company.published / "finance.duckdb.wal"
    stray.write_bytes(b"left by a crash")
    kept = company.published / f"finance-{WEEK}-e1.duckdb"
    before = hashlib.sha256(kept.read_bytes()).hexdigest()
    current = publish_finance(company, corrected.review, corrected.publish("late order"))
    assert not stray.exists()
    assert list(company.published.glob("finance.duckdb.wal.stray-*"))
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == before
    assert kept.stat().st_mode & 0o777 == 0o444
    with duckdb.connect(current, read_only=True) as connection:
        reported = connection.sql(
            "select edition, numerator from metric_value_reported where metric ="
            " 'sales_amount' and scope_kind = 'company' and period_kind = 'week' order by 1"
        ).fetchall()
    assert [row[0] for row in reported] == [1, 2]
    assert reported[0][1] < reported[1][1]


def test_open_readers_keep_the_old_finance_file(corrected: Reviewed) -> None:
    company = corrected.company
    with duckdb.connect(company.published / "finance.duckdb", read_only=True) as reader:
        publish_finance(company, corrected.review, corrected.publish("late order"))
        assert reader.sql("select max(edition) from edition").fetchall() == [(1,)]


def test_finance_holds_a_row_per_customer_of_the_newest_week_alone(company: Company) -> None:
    week = named_week(company, "2026-W45")
    report = ingest(company, MONDAY + timedelta(days=1))
    review = build_review(company, week, report.known_at)
    current = publish_finance(company, review, publish_edition(company, review, reason="again"))
    with duckdb.connect(current, read_only=True) as connection:
        weeks = {
            name: [row[0] for row in connection.sql(query).order("week").fetchall()]
            for name, query in (
                ("profile", "select distinct week from customer_profile"),
                ("groups", "select distinct week from customer_group"),
            )
        }
    assert weeks == {"profile": [WEEK], "groups": ["2026-W45", WEEK]}


def test_editions_from_before_a_table_was_renamed_are_still_read(tmp_path: Path) -> None:
    """Older editions have `budget_spending` as `budget_use`, in their manifest and as a file."""
    company = make_company(tmp_path / "acme")
    (company.folder / "sources" / "budget.toml").write_text(BUDGET, "utf-8")
    lines = "编号,模块,开始,结束,金额\nB1,推广,2026-01-01,2026-12-31,36500\n"
    (company.folder / "plan" / "预算.csv").write_text(lines, "utf-8")
    first = _publish(company)
    spending = first.folder / "review" / "budget_spending.parquet"
    spending.rename(spending.with_name("budget_use.parquet"))
    manifest = first.folder / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("budget_spending", "budget_use"))

    assert not _publish(company, days=1).is_new
    week = named_week(company, "2026-W45")
    review = build_review(company, week, ingest(company, MONDAY + timedelta(days=2)).known_at)
    current = publish_finance(company, review, publish_edition(company, review, reason="again"))
    with duckdb.connect(current, read_only=True) as connection:
        rows = connection.sql(
            "select week, budget_id, amount from budget_spending order by week"
        ).fetchall()
    assert rows == [("2026-W45", "B1", 36500), (WEEK, "B1", 36500)]
