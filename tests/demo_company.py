"""The demo company, generated and reviewed once for every test that walks the whole path."""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from flows.company import Company, open_company
from flows.edition import Edition, publish_edition
from flows.finance import publish_finance
from flows.ingest import IngestReport, ingest
from flows.paths import ROOT, part
from flows.review import Review, build_review, latest_week
from flows.review_facts import review_facts
from transforms.catalogue import Metric

MONDAY = datetime(2026, 11, 15, 22, tzinfo=UTC)
"""Monday 06:00 in Shanghai."""


@dataclass(frozen=True)
class Run:
    """One run of the whole path, without orchestration."""

    company: Company
    report: IngestReport
    review: Review
    edition: Edition
    finance_file: Path

    def sales(self) -> pl.LazyFrame:
        """The lines of orders, without returns: occurred_on, account_id and scopes."""
        columns = {"sale": ("occurred_on", "account_id", "document_kind")}
        with review_facts(self.company, self.review.week, self.review.known_at) as facts:
            lines = facts.in_columns(columns)["sale"]
        return lines.filter(pl.col("document_kind") == "sale")


def generate(folder: Path, *options: str) -> Company:
    """Write a demo company into a folder."""
    generator = part("examples", "equipment_maker", "generator")
    command = [sys.executable, str(generator), str(folder), *options]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)  # our own
    return open_company(folder)


def truth(company: Company) -> dict[str, Any]:
    """What was planted, which only tests read."""
    content: dict[str, Any] = json.loads((company.folder / "truth.json").read_text("utf-8"))
    return content


def planted_story(company: Company, name: str) -> dict[str, Any]:
    """One of the stories of `truth`."""
    stories: list[dict[str, Any]] = truth(company)["stories"]
    return next(story for story in stories if story["story"] == name)


def run(company: Company, now: datetime, reason: str = "weekly run") -> Run:
    """Take in what lies there, review the latest week, publish packs and finance file."""
    report = ingest(company, now)
    week = latest_week(company, report.known_at)
    review = build_review(company, week, report.known_at)
    edition = publish_edition(company, review, reason=reason)
    return Run(company, report, review, edition, publish_finance(company, review, edition))


def hashes_of(folder: Path) -> dict[Path, str]:
    """SHA-256 of every file in a folder."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def values_of(done: Run, metric: str, scope_kind: str, period_kind: str) -> dict[str, Decimal]:
    """The sums of a metric in every scope of a kind."""
    rows = done.review.tables["metric_value"].filter(
        (pl.col("metric") == metric)
        & (pl.col("scope_kind") == scope_kind)
        & (pl.col("period_kind") == period_kind)
    )
    return dict(rows.select("scope", "numerator").iter_rows())


def adds_up(metric: Metric) -> bool:
    """Whether the values of parts sum to that of the whole."""
    return (
        metric.rule == "measures"
        and not metric.is_ratio
        and metric.numerator.how != "count_distinct"
    )
