"""A changed plan file opens a new version of its targets, which the review can hold apart."""

from datetime import timedelta
from pathlib import Path

import polars as pl

from flows.ingest import ingest
from flows.review import build_review, named_week
from tests.flows.small_company import MONDAY, WEEK, make_company


def test_attainment_against_the_target_of_then_and_of_now(tmp_path: Path) -> None:
    company = make_company(tmp_path / "acme")
    ingest(company, MONDAY)
    plan = company.folder / "plan" / "目标.csv"
    plan.write_text(plan.read_text("utf-8").replace("130000", "100000"), "utf-8")
    later = MONDAY + timedelta(hours=2)
    ingest(company, later)
    week = named_week(company, WEEK)
    before, after = (
        build_review(company, week, at).tables["target_revision"].sort("scope")
        for at in (MONDAY, later)
    )
    assert before["is_changed"].to_list() == [False, False]
    assert before["changed_at"].null_count() == 2
    east = after.filter(pl.col("scope") == "东部一队").row(0, named=True)
    assert (east["target_then"], east["target_now"], east["versions"]) == (130_000, 100_000, 2)
    assert east["is_changed"]
    assert east["attainment_then"] == float(east["actual"]) / 130_000
    assert east["attainment_now"] == float(east["actual"]) / 100_000
    west = after.filter(pl.col("scope") == "西部一队").row(0, named=True)
    assert (west["versions"], west["is_changed"]) == (1, False)
