"""The finance file once more, for a week whose edition is already published."""

from pathlib import Path

from prefect import flow

from flows import steps
from flows.company import open_company
from flows.errors import UsageError
from flows.failures import report_failure
from flows.manifest import manifests
from flows.orchestration import speak_plainly


@flow(
    name="publish-finance",
    flow_run_name="finance file of {company}",
    persist_result=False,
    on_failure=[report_failure],
    on_crashed=[report_failure],
)
def publish_finance(company: str, week: str | None = None) -> Path:
    """Publish the finance file of a week's latest edition (none: of the latest week) again.

    The data are taken as that edition knew them. Raises UsageError where nothing is published.
    """
    speak_plainly()
    opened = open_company(Path(company))
    published = manifests(opened, week)
    if not published:
        message = f"no edition of {week or 'any week'} has been published"
        raise UsageError(message, where=str(opened.published), remedy="fupan review")
    latest = published[-1]
    review = steps.compute(opened, latest.review_week, latest.known_at)
    edition = steps.publish(opened, review, latest.reason, None)
    return steps.hand_to_finance(opened, review, edition)
