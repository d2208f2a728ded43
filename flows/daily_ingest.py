"""Every evening: fetch and take in what has come, so that Monday finds the warehouse ready."""

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from flows import steps
from flows.company import open_company
from flows.failures import report_failure
from flows.ingest import IngestReport
from flows.orchestration import speak_plainly


@flow(
    name="daily-ingest",
    flow_run_name="daily ingest of {company}",
    persist_result=False,
    on_failure=[report_failure],
    on_crashed=[report_failure],
)
def daily_ingest(company: str) -> IngestReport:
    """Fetch and load every new export of the company in a folder.

    Raises PullFailed, once everything else is loaded, where an export could not be fetched.
    """
    speak_plainly()
    opened, now = open_company(Path(company)), datetime.now(UTC)
    pulled = steps.pull_exports(opened, now)
    report = steps.take_in(opened, now)
    steps.show_loads(report)
    if pulled.problems:
        raise pulled.problems[0]
    return report
