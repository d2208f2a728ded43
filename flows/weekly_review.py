"""The Monday run: exports in; packs, finance file and mail out."""

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from flows import steps
from flows.company import open_company
from flows.failures import report_failure
from flows.orchestration import speak_plainly
from flows.review import latest_week, named_week


@flow(
    name="weekly-review",
    flow_run_name="weekly review of {company}",
    persist_result=False,
    on_failure=[report_failure],
    on_crashed=[report_failure],
)
def weekly_review(
    company: str,
    week: str | None = None,
    team: str | None = None,
    reason: str | None = None,
) -> steps.Outcome:
    """Review a week (2026-W47; none: the latest complete one) of the company in a folder.

    `team` limits it to one pack; `reason` stands in the restatement table of a new edition.
    """
    speak_plainly()
    opened, now = open_company(Path(company)), datetime.now(UTC)
    pulled = steps.pull_exports(opened, now)
    report = steps.take_in(opened, now)
    chosen = named_week(opened, week) if week else latest_week(opened, now)
    review = steps.compute(opened, chosen, report.known_at)
    edition = steps.publish(opened, review, reason or "weekly run", team)
    finance_file = steps.hand_to_finance(opened, review, edition)
    annexes = steps.publish_pay(opened, review, team)
    sent = steps.send(opened, edition, annexes)
    steps.show(opened, review, edition, sent)
    return steps.Outcome(edition, finance_file, sent, max(report.exit_code, pulled.exit_code))
