"""Failures of runs that nobody watches: recorded, and told to operations."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow

from flows.company import Company, open_company
from flows.delivery import tell_operations

FAILURES: Final = "failures.jsonl"


def report_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """State hook: record that a deployed run failed, and tell operations by mail.

    A person at the terminal sees the message there, so a run without deployment is left alone.
    """
    folder = flow_run.parameters.get("company")
    if flow_run.deployment_id is None or not isinstance(folder, str):
        return
    company = open_company(Path(folder))
    message = state.message or state.name or "failed without a message"
    record_failure(company, flow.name, flow_run.name, message)
    tell_operations(
        company, subject=f"Fupan: {flow.name} failed", text=f"{flow_run.name}\n\n{message}"
    )


def record_failure(company: Company, flow: str, run: str, message: str) -> None:
    """Append one failure to `failures.jsonl` in the company's state."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    failure = {"failed_at": now, "flow": flow, "run": run, "message": message}
    company.state.mkdir(parents=True, exist_ok=True)
    with (company.state / FAILURES).open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(failure, ensure_ascii=False)}\n")


def failures(company: Company) -> list[dict[str, str]]:
    """Every recorded failure of a deployed run, oldest first."""
    path = company.state / FAILURES
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
