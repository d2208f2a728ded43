"""The demo company's kept exports of deals: every bridge has figures, and balances to the cent."""

from datetime import UTC, datetime

import polars as pl
import pytest

from flows.company import open_company
from flows.ingest import ingest
from flows.pipeline import read_pipeline
from flows.records import ops_table
from flows.review import named_week
from flows.warehouse import open_as_of, readers_copy
from tests.examples.equipment_maker.exports import generate
from transforms.pipeline import pipeline_bridge

BRIDGE = ["scope_kind", "scope", "period_kind", "basis"]


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Weeks later, so that the days in the files' names must say when they stood so."""
    folder = generate(tmp_path_factory.mktemp("deals") / "demo", "--scale", "0.1")
    company = open_company(folder)
    report = ingest(company, datetime(2027, 1, 4, tzinfo=UTC))
    assert not report.problems
    week = named_week(company, "2026-W46")
    with readers_copy(company) as connection:
        open_as_of(connection, report.known_at)
        files = ops_table(connection, "file")
        found = read_pipeline(connection, company.settings, report.known_at, week, files)
    return pipeline_bridge(found.openings, found.closing, week.ends_on)


def test_every_bridge_has_figures_and_balances(bridges: pl.DataFrame) -> None:
    assert bridges["amount"].null_count() == 0
    sign = pl.when(pl.col("step") == "closing").then(-1).otherwise(1)
    left = bridges.group_by(BRIDGE).agg((sign * pl.col("amount")).sum().alias("left"))
    assert left.height
    assert left.filter(pl.col("left") != 0).is_empty()


def test_the_week_has_deals_pulled_in_pushed_out_and_revalued(bridges: pl.DataFrame) -> None:
    week = bridges.filter(pl.col("scope") == "company", pl.col("period_kind") == "week")
    moved = set(week.filter(pl.col("deals") > 0).select("basis", "step").iter_rows())
    assert moved >= {("due", "pulled_in"), ("due", "pushed_out"), ("all", "up"), ("all", "down")}
    assert moved >= {(basis, step) for basis in ("due", "all") for step in ("won", "lost")}
