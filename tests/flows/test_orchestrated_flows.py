"""The wiring of the Prefect flows; what the steps do is tested with the plain functions."""

import datetime as dt
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.artifacts import Artifact
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.states import Completed, Failed

from flows import failures, steps, weekly_review
from flows.company import Company
from flows.daily_ingest import daily_ingest
from flows.edition import Edition, Pack
from flows.errors import (
    FileUnreadable,
    PullFailed,
    RunHeld,
    SettingsError,
    UsageError,
    WarehouseBusy,
)
from flows.ingest import IngestReport
from flows.orchestration import speak_plainly
from flows.pull import Pulled, PullReport
from flows.rerun import rerun
from transforms.catalogue import CATALOGUE
from transforms.parameters import ReviewWeek
from transforms.tables.ops import OPS
from transforms.tables.review import REVIEW

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]

WEEK = ReviewWeek("2026-W47", dt.date(2026, 11, 16), dt.date(2026, 11, 22))
KNOWN_AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def report(*problems: FileUnreadable | RunHeld) -> IngestReport:
    return IngestReport(
        arrived_at=KNOWN_AT,
        known_at=KNOWN_AT,
        files=OPS["file"].create_empty(),
        rejects=OPS["reject"].create_empty(),
        findings=OPS["finding"].create_empty(),
        problems=problems,
        known_files=(),
    )


class Steps:
    """Stands in for the plain functions and keeps what they were called with."""

    def __init__(self, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.report = report()
        self.pulled = PullReport(())
        pdf = company.folder / "company.pdf"
        pack = Pack("company", "company", pdf, "sha", 1, is_new=True)
        edition = Edition(WEEK, 1, is_new=True, folder=company.folder, packs=(pack,))
        review = SimpleNamespace(
            week=WEEK,
            catalogue=CATALOGUE,
            tables={name: REVIEW[name].create_empty() for name in REVIEW},
            records={"file": OPS["file"].create_empty()},
        )

        def fetch(_company: Company, _at: dt.datetime, *, progress: object) -> PullReport:
            return self.pulled

        def ingest(_company: Company, at: dt.datetime, *, progress: object) -> IngestReport:
            self.calls.append(("ingest", (at.tzinfo,)))
            return self.report

        def build(_company: Company, week: ReviewWeek, known_at: dt.datetime) -> object:
            self.calls.append(("build_review", (week, known_at)))
            return review

        def publish(
            _company: Company, _review: object, *, reason: str, team: str | None, progress: object
        ) -> Edition:
            self.calls.append(("publish_edition", (reason, team)))
            return edition

        def finance(_company: Company, _review: object, published: Edition) -> Path:
            self.calls.append(("publish_finance", (published.number,)))
            return company.published / "finance.duckdb"

        def annexes(_company: Company, _review: object, team: str | None) -> tuple[()]:
            self.calls.append(("publish_annexes", (team,)))
            return ()

        def deliver(_company: Company, published: Edition, annexes: tuple[()]) -> tuple[()]:
            self.calls.append(("deliver", (published.number, annexes)))
            return ()

        monkeypatch.setattr(steps, "pull", fetch)
        monkeypatch.setattr(steps, "ingest", ingest)
        monkeypatch.setattr(steps, "build_review", build)
        monkeypatch.setattr(steps, "publish_edition", publish)
        monkeypatch.setattr("flows.finance.publish_finance", finance)
        monkeypatch.setattr(steps, "publish_annexes", annexes)
        monkeypatch.setattr(steps, "deliver", deliver)
        monkeypatch.setattr(weekly_review, "latest_week", lambda _company, _now: WEEK)

    @property
    def order(self) -> list[str]:
        return [name for name, _ in self.calls]


@pytest.fixture
def plain(company: Company, monkeypatch: pytest.MonkeyPatch) -> Steps:
    return Steps(company, monkeypatch)


@pytest.mark.usefixtures("prefect_server")
def test_the_monday_run_goes_from_exports_to_mail(company: Company, plain: Steps) -> None:
    outcome = weekly_review.weekly_review(str(company.folder), team="East")
    assert plain.calls == [
        ("ingest", (dt.UTC,)),
        ("build_review", (WEEK, KNOWN_AT)),
        ("publish_edition", ("weekly run", "East")),
        ("publish_finance", (1,)),
        ("publish_annexes", ("East",)),
        ("deliver", (1, ())),
    ]
    assert outcome.exit_code == 0
    assert outcome.finance_file.name == "finance.duckdb"
    for key in ("scoreboard", "checks", "packs"):
        artifact: object = Artifact.get(key)
        assert getattr(artifact, "description", None) == WEEK.label, f"no artifact {key}"


@pytest.mark.usefixtures("prefect_server")
def test_a_rerun_names_its_week_and_reason(company: Company, plain: Steps) -> None:
    rerun(str(company.folder), "2026-W46", "orders corrected")
    build, publish = plain.calls[1], plain.calls[2]
    assert build[1][0].label == "2026-W46"
    assert publish == ("publish_edition", ("orders corrected", None))


@pytest.mark.usefixtures("prefect_server")
def test_a_file_left_out_is_reported_by_the_exit_code(company: Company, plain: Steps) -> None:
    plain.report = report(FileUnreadable("orders.xlsx is no workbook"))
    outcome = weekly_review.weekly_review(str(company.folder))
    assert outcome.exit_code == FileUnreadable.exit_code
    assert plain.order[-1] == "deliver"


@pytest.mark.usefixtures("prefect_server")
def test_a_held_run_publishes_nothing(company: Company, plain: Steps) -> None:
    plain.report = report(RunHeld("40 % of orders.xlsx is rejected"))
    with pytest.raises(RunHeld, match="40 %"):
        weekly_review.weekly_review(str(company.folder))
    assert plain.order == ["ingest"]


@pytest.mark.usefixtures("prefect_server")
def test_an_expected_error_is_logged_without_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SettingsError, match="is not a company folder"):
        weekly_review.weekly_review(str(tmp_path))
    assert "Traceback" not in caplog.text


@pytest.mark.usefixtures("prefect_server")
def test_the_evening_run_only_takes_in(company: Company, plain: Steps) -> None:
    assert daily_ingest(str(company.folder)) is plain.report
    assert plain.order == ["ingest"]


@pytest.mark.usefixtures("prefect_server")
def test_an_export_out_of_reach_does_not_stop_the_others(company: Company, plain: Steps) -> None:
    problem = PullFailed("order: the server answers 503")
    plain.pulled = PullReport((Pulled("order", "https://erp.example/o.csv", (), 0, (problem,)),))
    with pytest.raises(PullFailed, match="answers 503"):
        daily_ingest(str(company.folder))
    assert plain.order == ["ingest"]
    assert weekly_review.weekly_review(str(company.folder)).exit_code == 3


@pytest.mark.usefixtures("prefect_server")
def test_finance_cannot_be_published_before_any_edition(company: Company) -> None:
    from flows.publish_finance import publish_finance

    with pytest.raises(UsageError, match="no edition of 2026-W47 has been published"):
        publish_finance(str(company.folder), "2026-W47")


@pytest.mark.parametrize(
    ("error", "deployment", "again"),
    [
        pytest.param(WarehouseBusy("busy"), "id", True, id="lock"),
        pytest.param(TimeoutError("slow"), "id", True, id="network"),
        pytest.param(WarehouseBusy("busy"), None, False, id="a person waits"),
        pytest.param(PermissionError("no"), "id", False, id="no right to write"),
        pytest.param(SettingsError("wrong"), "id", False, id="wrong setting"),
    ],
)
def test_only_what_time_may_repair_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, error: Exception, deployment: str | None, again: bool
) -> None:
    monkeypatch.setattr(steps, "deployment", SimpleNamespace(id=deployment))
    state: Any = SimpleNamespace(result=lambda **_: error)
    run = TaskRun(task_key="take_in", dynamic_key="0")
    assert steps.may_pass(steps.take_in, run, state) == again


def run_of(company: Company, deployment: UUID | None) -> FlowRun:
    parameters = {"company": str(company.folder)}
    return FlowRun(
        flow_id=uuid4(), deployment_id=deployment, name="calm-bear", parameters=parameters
    )


def test_a_failed_deployment_is_recorded(company: Company) -> None:
    failures.report_failure(
        weekly_review.weekly_review, run_of(company, uuid4()), Failed(message="column 金额 is gone")
    )
    [failure] = failures.failures(company)
    assert failure["flow"] == "weekly-review"
    assert failure["message"] == "column 金额 is gone"


def test_a_failure_that_somebody_sees_is_not_recorded(company: Company) -> None:
    failures.report_failure(
        weekly_review.weekly_review, run_of(company, None), Completed(message="seen")
    )
    assert failures.failures(company) == []


@pytest.mark.parametrize(
    ("error", "is_kept"),
    [
        pytest.param(ValueError("a fault"), True, id="a fault"),
        pytest.param(UsageError("a wrong week"), False, id="an error raised on purpose"),
    ],
)
def test_only_a_fault_keeps_its_traceback_in_the_log(error: Exception, is_kept: bool) -> None:
    speak_plainly()
    raised = (type(error), error, None)
    record = logging.LogRecord("prefect.flow_runs", logging.ERROR, "", 0, "failed", (), raised)
    assert logging.getLogger("prefect.flow_runs").filter(record)
    assert (record.exc_info is not None) == is_kept


def test_a_step_that_ends_well_says_nothing() -> None:
    speak_plainly()
    record = logging.LogRecord(
        "prefect.task_runs", logging.INFO, "", 0, "Finished in state %s", ("Completed()",), None
    )
    assert not logging.getLogger("prefect.task_runs").filter(record)
