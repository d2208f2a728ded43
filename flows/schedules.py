"""The schedules of prefect.yaml, served for one company: `python -m flows.schedules FOLDER`."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from prefect import serve
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.schedules import Cron, Schedule
from prefect.states import Crashed
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.company import Company, open_company
from flows.errors import FupanError, SettingsError
from flows.failures import record_failure
from flows.paths import ROOT

FILE: Final = "prefect.yaml"
_MOST_RUNS: Final = 200
"""Runs that Prefect gives in one answer; one per deployment can be running."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class ScheduleEntry(_Part):
    """One schedule of a deployment."""

    slug: str
    cron: str
    timezone: str
    active: bool = True
    parameters: dict[str, Any] = {}


class DeploymentEntry(_Part):
    """One deployment, as `prefect deploy` reads it too."""

    name: str
    entrypoint: Annotated[str, Field(pattern=r"^.+\.py:\w+$")]
    description: str | None = None
    tags: tuple[str, ...] = ()
    parameters: dict[str, Any] = {}
    concurrency_limit: ConcurrencyLimitConfig | None = None
    schedules: tuple[ScheduleEntry, ...] = ()


class DeploymentFile(_Part):
    """The part of prefect.yaml that is served."""

    name: Literal["fupan"]
    deployments: tuple[DeploymentEntry, ...]


def deployment_file(company: Company) -> Path:
    """The prefect.yaml of the company folder, where it has one, else the project's."""
    own = company.folder / FILE
    return own if own.exists() else ROOT / FILE


def read_deployments(path: Path) -> tuple[DeploymentEntry, ...]:
    """Read a prefect.yaml; raises SettingsError where it is none."""
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
        return DeploymentFile.model_validate(document).deployments
    except (OSError, yaml.YAMLError, ValidationError) as error:
        message = f"{path.name} cannot be used: {error}"
        remedy = f"compare it with {ROOT / FILE}"
        raise SettingsError(message, where=str(path), remedy=remedy) from error


def company_deployments(company: Company) -> list[RunnerDeployment]:
    """Make the deployments of a company: its folder as parameter, its time zone on schedules.

    Their names end with the folder's, so that one server can serve several companies.
    """
    return [_deployment(company, entry) for entry in read_deployments(deployment_file(company))]


def end_broken_runs(company: Company, deployments: list[RunnerDeployment]) -> int:
    """Mark runs as crashed that an earlier serve left running, so that they free their slot.

    To be called before serving, when nothing of these deployments can be running. Returns how
    many there were; each is recorded as a failure.
    """
    names = DeploymentFilter(name=DeploymentFilterName(any_=[each.name for each in deployments]))
    going = FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
    state = FlowRunFilter(state=FlowRunFilterState(type=going))
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            flow_run_filter=state,
            deployment_filter=names,
            sort=FlowRunSort.START_TIME_ASC,
            limit=_MOST_RUNS,
        )
        for run in runs:
            message = "broken off: the machine or `fupan serve` was stopped while it ran"
            client.set_flow_run_state(run.id, Crashed(message=message), force=True)
            record_failure(company, "fupan serve", run.name, message)
    return len(runs)


def _deployment(company: Company, entry: DeploymentEntry) -> RunnerDeployment:
    flow: Flow[..., Any] = load_flow_from_entrypoint(
        str(ROOT / entry.entrypoint), use_placeholder_flow=False
    )
    folder = {"company": str(company.folder)}
    deployment = flow.to_deployment(
        name=f"{entry.name}-{company.folder.name}",
        description=entry.description,
        tags=list(entry.tags),
        parameters=entry.parameters | folder,
        concurrency_limit=entry.concurrency_limit,
        schedules=[_schedule(company, each, folder) for each in entry.schedules],
    )
    if not isinstance(deployment, RunnerDeployment):
        message = "deployments are made outside any event loop"
        raise FupanError(message, where=entry.name)
    return deployment


def _schedule(company: Company, entry: ScheduleEntry, folder: dict[str, str]) -> Schedule:
    return Cron(
        entry.cron,
        slug=entry.slug,
        timezone=company.settings.company.time_zone,
        active=entry.active,
        parameters=entry.parameters | folder,
    )


def main(folder: str) -> None:
    """Serve the deployments of the company in a folder until told to stop."""
    company = open_company(Path(folder))
    deployments = company_deployments(company)
    end_broken_runs(company, deployments)
    serve(*deployments, print_starting_message=False)


if __name__ == "__main__":
    main(sys.argv[1])
