"""The pipeline as of past days, from exports that arrived week after week."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from flows.company import Company, open_company
from flows.ingest import ingest, rebuild
from flows.pipeline import Export, exported_at
from flows.review import build_review, named_week

pytestmark = pytest.mark.xdist_group("pipeline")  # its companies are loaded once

SETTINGS = """
[company]
name = "海川设备"
time_zone = "Asia/Shanghai"
[[stages]]
name = "方案"
allowed_days = 20
win_probability = "0.4"
[[stages]]
name = "谈判"
[[stages]]
name = "成交"
outcome = "won"
[[stages]]
name = "输单"
outcome = "lost"
"""
SOURCES = {
    "opportunity": """
title = "商机"
entity = "opportunity"
files = "商机*.csv"
[columns]
opportunity_id = "编号"
rep_id = "工号"
stage = "阶段"
outcome = { source = "阶段", map = { "方案" = "open", "谈判" = "open", "成交" = "won" } }
created_on = "创建"
expected_close_on = "预计"
closed_on = "关闭"
amount = "金额"
""",
    "stage_event": """
title = "阶段记录"
entity = "stage_event"
files = "记录*.csv"
mode = "delta"
is_required = false
[columns]
stage_event_id = "号"
opportunity_id = "编号"
to_stage = "阶段"
changed_on = "日期"
""",
}
HEAD = "编号,工号,阶段,创建,预计,关闭,金额\n"
FIRST = (
    "A,R1,方案,2026-10-08,2026-12-10,,100.50\n"
    "B,R1,谈判,2026-09-01,2027-02-01,,200\n"
    "C,R2,方案,2026-11-02,2026-12-20,,\n"
    "D,R2,谈判,2026-10-20,2026-11-30,,400\n"
)
SECOND = (
    "A,R2,谈判,2026-10-08,2027-01-10,,90.25\n"
    "B,R1,谈判,2026-09-01,2026-12-28,,250\n"
    "C,R2,方案,2026-11-02,2026-12-20,,70\n"
    "D,R2,成交,2026-10-20,2026-11-30,2026-11-18,390\n"
    "E,R1,方案,2026-11-17,2026-12-30,,55\n"
)
FIRST_MOVES = "号,编号,阶段,日期\n1,A,方案,2026-10-08\n2,B,方案,2026-09-01\n3,B,谈判,2026-10-01\n"
SECOND_MOVES = "号,编号,阶段,日期\n4,A,谈判,2026-11-17\n5,D,成交,2026-11-18\n6,E,方案,2026-11-17\n"
MONDAY = datetime(2026, 11, 15, 22, tzinfo=UTC)
"""06:00 in Shanghai on the day after 2026-W46."""
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Company]:
    """A company that loaded the same two exports a week apart, with or without stage moves."""

    @cache
    def load(*, has_history: bool) -> Company:
        folder = tmp_path_factory.mktemp("pipeline") / "acme"
        for name in ("sources", "inbox"):
            (folder / name).mkdir(parents=True)
        (folder / "fupan.toml").write_text(SETTINGS, "utf-8")
        for name, text in SOURCES.items():
            (folder / "sources" / f"{name}.toml").write_text(text, "utf-8")
        company = open_company(folder)
        for number, rows in enumerate((FIRST, SECOND)):
            (folder / "inbox" / f"商机{number}.csv").write_text(HEAD + rows, "utf-8")
            moves = (FIRST_MOVES, SECOND_MOVES)[number]
            if has_history:
                (folder / "inbox" / f"记录{number}.csv").write_text(moves, "utf-8")
            assert not ingest(company, MONDAY + number * WEEK).problems
        return company

    return load


def _reviewed(company: Company, week: str, known_at: datetime) -> dict[str, pl.DataFrame]:
    review = build_review(company, named_week(company, week), known_at)
    deals = review.facts["open_deal"].collect().sort("opportunity_id")
    return {**review.tables, "open_deal": deals}


_tables = cache(_reviewed)
"""Tests read them alone."""


def _steps(tables: dict[str, pl.DataFrame], basis: str, kind: str = "week") -> dict[str, object]:
    rows = tables["pipeline_bridge"].filter(
        (pl.col("scope") == "company")
        & (pl.col("period_kind") == kind)
        & (pl.col("basis") == basis)
        & ((pl.col("deals") != 0) | pl.col("deals").is_null())
    )
    return dict(rows.select("step", "amount").iter_rows())


def test_a_past_week_is_the_same_from_a_later_warehouse(loaded: Callable[..., Company]) -> None:
    company = loaded(has_history=True)
    then = _tables(company, "2026-W46", MONDAY)
    later = _tables(company, "2026-W46", MONDAY + 3 * WEEK)
    for name in ("open_deal", "funnel_stage", "pipeline_bridge", "win_rate"):
        assert then[name].equals(later[name]), name
    assert then["open_deal"]["stage"].to_list() == ["方案", "谈判", "方案", "谈判"]
    assert then["open_deal"]["amount"].to_list() == [Decimal("100.5"), 200, None, 400]


def test_the_bridge_of_a_week_between_two_exports(loaded: Callable[..., Company]) -> None:
    tables = _tables(loaded(has_history=True), "2026-W47", MONDAY + WEEK)
    assert _steps(tables, "all") == {
        "opening": Decimal("700.50"),
        "new": Decimal(55),
        "up": Decimal(120),
        "won": Decimal(-390),
        "down": Decimal("-20.25"),
        "closing": Decimal("465.25"),
    }


def test_exports_that_state_their_day_may_come_together(tmp_path: Path) -> None:
    """What weekly loads show, one load of the kept exports shows: removed deals, too."""
    text = SOURCES["opportunity"] + "[checks]\nas_of = '_([0-9]{8})'\n"
    (tmp_path / "sources").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "fupan.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "sources" / "opportunity.toml").write_text(text, "utf-8")
    company = open_company(tmp_path)
    removed = "F,R1,谈判,2026-11-04,2026-12-01,,10\n"
    for day, rows in ((15, FIRST + removed), (22, SECOND)):
        (tmp_path / "inbox" / f"商机_202611{day}.csv").write_text(HEAD + rows, "utf-8")
    report = ingest(company, MONDAY + 5 * WEEK)
    assert not report.problems
    assert report.files["stated_on"].to_list() == [SUNDAY, SUNDAY + WEEK]
    tables = _tables(company, "2026-W47", report.known_at)
    assert _steps(tables, "all") == {
        "opening": Decimal("710.50"),
        "new": Decimal(55),
        "up": Decimal(120),
        "won": Decimal(-390),
        "down": Decimal("-20.25"),
        "removed": Decimal(-10),
        "closing": Decimal("465.25"),
    }
    rebuild(company)
    again = _reviewed(company, "2026-W47", report.known_at)
    assert again["pipeline_bridge"].equals(tables["pipeline_bridge"])


def test_the_first_export_says_nothing_of_changes_before_it(
    loaded: Callable[..., Company],
) -> None:
    tables = _tables(loaded(has_history=True), "2026-W46", MONDAY)
    found = _steps(tables, "due", "qtd")
    assert "opening" not in found
    assert (found["new"], found["closing"]) == (Decimal("500.50"), Decimal("500.50"))
    assert {step for step, amount in found.items() if amount is None} >= {"up", "pushed_out"}


def test_the_stage_of_a_past_week_without_history_is_no_data(
    loaded: Callable[..., Company],
) -> None:
    company = loaded(has_history=False)
    assert _tables(company, "2026-W46", MONDAY)["open_deal"]["stage"].null_count() == 0
    october = _tables(company, "2026-W43", MONDAY + WEEK)["open_deal"]
    assert october["opportunity_id"].to_list() == ["A", "B", "D"]
    assert october["stage"].to_list() == [None, None, None]


def _utc(day: int, hour: int) -> datetime:
    """An instant as the warehouse keeps it: UTC without a zone."""
    return datetime(2026, 11, day, hour, tzinfo=UTC).replace(tzinfo=None)


SHANGHAI = ZoneInfo("Asia/Shanghai")
SUNDAY = date(2026, 11, 15)


@pytest.mark.parametrize(
    ("loads", "found"),
    [
        pytest.param([(15, 22)], (15, 22), id="on the Monday morning"),
        pytest.param([(14, 22), (15, 22)], (15, 22), id="every morning: the nearest"),
        pytest.param([(13, 10), (20, 10)], (13, 10), id="every Friday evening"),
        pytest.param([(15, 22), (16, 3)], (16, 3), id="sent again on the same day"),
        pytest.param([(15, 22), (16, 22)], (15, 22), id="not that of the next day"),
        pytest.param([(20, 22)], None, id="half a week away is too far"),
        pytest.param([], None, id="none"),
    ],
)
def test_the_export_of_a_day(loads: list[tuple[int, int]], found: tuple[int, int] | None) -> None:
    """Day and hour (UTC) of November; midnight in Shanghai after the 15th is 16:00 UTC."""
    exports = [Export(_utc(*load), _utc(*load)) for load in loads]
    expected = None if found is None else _utc(*found)
    assert exported_at(exports, SUNDAY, SHANGHAI) == expected


def test_the_day_that_a_file_states_counts_and_not_its_arrival() -> None:
    late = [Export(_utc(29, 1), _utc(8, 16)), Export(_utc(29, 2), _utc(15, 16))]
    assert exported_at(late, SUNDAY, SHANGHAI) == _utc(29, 2)
    assert exported_at(late, SUNDAY - WEEK, SHANGHAI) == _utc(29, 1)
    assert exported_at(late, SUNDAY + 2 * WEEK, SHANGHAI) is None
