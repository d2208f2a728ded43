"""A week again, after corrections: the next edition, if its content differs."""

from prefect import flow

from flows.failures import report_failure
from flows.steps import Outcome
from flows.weekly_review import weekly_review


@flow(
    name="rerun",
    flow_run_name="rerun {week} of {company}",
    persist_result=False,
    on_failure=[report_failure],
    on_crashed=[report_failure],
)
def rerun(company: str, week: str, reason: str) -> Outcome:
    """Review a week again and say why; packs whose content is the same stay as they are."""
    return weekly_review(company, week=week, reason=reason)
