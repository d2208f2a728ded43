"""Companies with nothing planted: how many cases still get a page (run by `make soak`)."""

from pathlib import Path

import polars as pl
import pytest

from flows.ingest import ingest
from flows.review import build_review, latest_week
from tests.demo_company import MONDAY, generate

pytestmark = pytest.mark.soak

SEEDS = range(101, 121)
MOST_PAGES_PER_COMPANY = 0.3
"""Twice the rate stated in docs/false-alarms.md, which was measured on these seeds."""


def pages(folder: Path, seed: int) -> pl.DataFrame:
    """The cases that get a page in a company without a story."""
    company = generate(folder, "--seed", str(seed), "--stories", "none")
    report = ingest(company, MONDAY)
    review = build_review(company, latest_week(company, report.known_at), report.known_at)
    return review.tables["variance"].filter(pl.col("has_page"))


def test_quiet_companies_are_told_to_be_quiet(tmp_path: Path) -> None:
    """D-17, D-18: twenty companies with no story planted."""
    found = [pages(tmp_path / str(seed), seed).select("case_id") for seed in SEEDS]
    total = sum(frame.height for frame in found)
    named = pl.concat(found)["case_id"].to_list()
    assert total <= MOST_PAGES_PER_COMPANY * len(SEEDS), named
