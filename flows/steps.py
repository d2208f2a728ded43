"""The tasks that flows are made of: thin shells over the plain functions, and what they share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.logging import get_run_logger
from prefect.runtime import deployment
from prefect.tasks import Task

from flows import artifacts, finance
from flows.company import Company
from flows.delivery import Delivery, deliver
from flows.edition import Edition, Pack, publish_edition
from flows.errors import RunHeld, WarehouseBusy
from flows.ingest import IngestReport, ingest
from flows.pay.annex import publish_annexes
from flows.pull import PullReport, pull
from flows.review import Review, build_review
from transforms.parameters import ReviewWeek

DELAYS: Final = [10, 60, 300]
"""Seconds before the second, third and fourth try of a step that touches disk or network."""


@dataclass(frozen=True)
class Outcome:
    """What one run of the weekly review has made."""

    edition: Edition
    finance_file: Path
    deliveries: tuple[Delivery, ...]
    exit_code: int
    """0 done, 1 done with findings that need a person, 3 done without some rejected input."""


def may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Try again what time may repair, a lock or the network, in a run that nobody watches."""
    error = state.result(raise_on_failure=False)
    causes = (error, getattr(error, "__cause__", None))
    return deployment.id is not None and any(
        isinstance(cause, WarehouseBusy | OSError) and not isinstance(cause, PermissionError)
        for cause in causes
    )


_DISK: Final[Mapping[str, Any]] = {
    "retries": len(DELAYS),
    "retry_delay_seconds": DELAYS,
    "retry_condition_fn": may_pass,
    "persist_result": False,
    "cache_policy": NO_CACHE,
}
_PURE: Final[Mapping[str, Any]] = {"persist_result": False, "cache_policy": NO_CACHE}


@task(name="pull exports", **_DISK)
def pull_exports(company: Company, now: datetime) -> PullReport:
    """Fetch exports into the inbox; see flows.pull. A place that fails is in the report."""
    log = get_run_logger()
    report = pull(company, now, progress=log.info)
    for problem in report.problems:
        log.error("%s", problem)
    return report


@task(name="take in exports", **_DISK)
def take_in(company: Company, arrived_at: datetime) -> IngestReport:
    """Load what has arrived; see flows.ingest. Raises RunHeld where a hard rule holds the run."""
    log = get_run_logger()
    log.info("taking in exports")
    report = ingest(company, arrived_at, progress=log.info)
    for problem in report.problems:
        if isinstance(problem, RunHeld):
            raise problem
        log.warning("%s", problem)
    return report


@task(name="compute review", **_PURE)
def compute(company: Company, week: ReviewWeek, known_at: datetime) -> Review:
    """Compute the review of a week; see flows.review."""
    get_run_logger().info("computing the review of %s", week.label)
    return build_review(company, week, known_at)


@task(name="publish edition", **_PURE)
def publish(company: Company, review: Review, reason: str, team: str | None) -> Edition:
    """Render what changed and publish it; see flows.edition."""
    log = get_run_logger().info
    log("publishing packs")
    return publish_edition(company, review, reason=reason, team=team, progress=log)


@task(name="publish finance file", **_DISK)
def hand_to_finance(company: Company, review: Review, edition: Edition) -> Path:
    """Publish the finance file; see flows.finance."""
    get_run_logger().info("publishing the finance file")
    return finance.publish_finance(company, review, edition)


@task(name="publish pay annexes", **_PURE)
def publish_pay(company: Company, review: Review, team: str | None) -> tuple[Pack, ...]:
    """Write what only those who may see pay get; see flows.pay.annex."""
    return publish_annexes(company, review, team)


@task(name="mail packs", **_DISK)
def send(company: Company, edition: Edition, annexes: tuple[Pack, ...]) -> tuple[Delivery, ...]:
    """Mail packs to their recipients, and pay annexes to those who may see pay."""
    sent = deliver(company, edition, annexes)
    get_run_logger().info("%d pack(s) mailed", len(sent))
    return sent


@task(name="show results", **_PURE)
def show(company: Company, review: Review, edition: Edition, sent: tuple[Delivery, ...]) -> None:
    """Keep scoreboard, checks and links beside the run."""
    tables, label = review.tables, review.week.label
    loads = artifacts.loads(review.records["file"])
    totals = artifacts.totals(tables["reconciliation"])
    board = artifacts.scoreboard(tables["metric_value"], review.catalogue)
    _keep("scoreboard", label, board)
    _keep("checks", label, f"## Loads\n\n{loads}\n\n## Control totals\n\n{totals}")
    _keep("packs", label, artifacts.links(company, edition, sent))


def show_loads(report: IngestReport) -> None:
    """Keep the row counts of what was loaded beside the run."""
    _keep("loads", "daily ingest", artifacts.loads(report.files))


def _keep(key: str, description: str, markdown: str) -> None:
    create_markdown_artifact(markdown, key=key, description=description)
