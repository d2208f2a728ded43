"""Every evening: take in what has arrived, so that Monday finds the warehouse ready."""

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
    """Load every new export of the company in a folder."""
    speak_plainly()
    report = steps.take_in(open_company(Path(company)), datetime.now(UTC))
    steps.show_loads(report)
    return report
