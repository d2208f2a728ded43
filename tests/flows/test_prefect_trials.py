"""Real servers, for `make soak`: the three ways to run a flow, and that nothing is left behind.

Linux only: processes are found by a mark in their environment, in /proc.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from flows.company import Company
from flows.orchestration import DEFAULTS
from flows.serve import HOST, is_healthy

pytestmark = [
    pytest.mark.soak,
    pytest.mark.prefect,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc"),
]

MARK = "FUPAN_TRIAL"
PATIENCE_SECONDS = 900

TRIAL_FLOW = """
import sys, time
from pathlib import Path
from prefect import flow, task

@task
def note(company: str, word: str) -> None:
    with (Path(company) / "ran.txt").open("a") as file:
        file.write(word + "\\n")

@flow(name="trial", persist_result=False)
def trial(company: str, seconds: float = 0) -> None:
    note(company, "begun")
    time.sleep(seconds)
    note(company, "done")

if __name__ == "__main__":
    trial(sys.argv[1])
"""

DEPLOYMENT = """
name: fupan
pull:
  - prefect.deployments.steps.set_working_directory:
      directory: "{{{{ $FUPAN_HOME }}}}"
deployments:
  - name: trial
    entrypoint: {entrypoint}
    concurrency_limit: {{limit: 1, collision_strategy: ENQUEUE}}
    work_pool: {{name: fupan}}
    parameters: {{company: "{{{{ $FUPAN_COMPANY }}}}", seconds: {seconds}}}
    schedules: {schedules}
"""
EVERY_MINUTE = '[{slug: every-minute, cron: "* * * * *", timezone: UTC}]'


class Trial:
    """A company folder with a flow of its own, and the processes that bear its mark."""

    def __init__(self, company: Company, home: Path) -> None:
        self.folder = company.folder
        self.mark = uuid4().hex
        self.env = os.environ | DEFAULTS | {MARK: self.mark, "PREFECT_HOME": str(home)}
        self.env.pop("PREFECT_API_URL", None)
        self.env |= {"FUPAN_HOME": str(self.folder), "FUPAN_COMPANY": str(self.folder)}
        (self.folder / "trial.py").write_text(TRIAL_FLOW, "utf-8")

    def deploy(self, entrypoint: str, seconds: float, schedules: str = "[]") -> None:
        text = DEPLOYMENT.format(entrypoint=entrypoint, seconds=seconds, schedules=schedules)
        (self.folder / "prefect.yaml").write_text(text, "utf-8")

    def ran(self, word: str = "done") -> int:
        path = self.folder / "ran.txt"
        return path.read_text("utf-8").split().count(word) if path.exists() else 0

    def left(self) -> list[int]:
        """Processes that still bear the mark."""
        wanted = f"{MARK}={self.mark}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if wanted in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue
        return found

    def run(self, *command: str) -> None:
        subprocess.run(command, cwd=self.folder, env=self.env, check=True, timeout=PATIENCE_SECONDS)

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        child = subprocess.Popen(command, cwd=self.folder, env=self.env)
        try:
            yield child
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(120)


@pytest.fixture
def trial(company: Company, tmp_path: Path) -> Iterator[Trial]:
    made = Trial(company, tmp_path / "prefect")
    # Children of a shell's background job ignore SIGINT unless their parent handles it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield made
    signal.signal(signal.SIGINT, before)
    for process in made.left():
        os.kill(process, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert child.poll() is None, "the process has ended by itself"
        assert time.monotonic() < until, "nothing happened in time"
        time.sleep(1)


def serving(trial: Trial, port: int) -> tuple[str, ...]:
    script = (
        "from pathlib import Path; from flows.company import open_company;"
        f" from flows.serve import serve; serve(open_company(Path({str(trial.folder)!r})),"
        f" port={port})"
    )
    return sys.executable, "-c", script


def test_a_flow_runs_with_a_temporary_server(trial: Trial) -> None:
    trial.run(sys.executable, str(trial.folder / "trial.py"), str(trial.folder))
    assert trial.ran() == 1
    assert trial.left() == []


def test_serve_starts_a_server_and_a_schedule_fires(trial: Trial) -> None:
    trial.deploy(f"{trial.folder}/trial.py:trial", 0, EVERY_MINUTE)
    with trial.running(*serving(trial, free_port())) as child:
        wait_until(lambda: trial.ran() >= 1, child)
        assert len(trial.left()) > 1
    assert child.returncode == 0
    assert trial.left() == []


def test_a_run_that_is_broken_off_does_not_block_the_next(trial: Trial) -> None:
    trial.deploy(f"{trial.folder}/trial.py:trial", 3600, EVERY_MINUTE)
    port = free_port()
    with trial.running(*serving(trial, port)) as child:
        wait_until(lambda: trial.ran("begun") >= 1, child)
    assert trial.left() == []
    trial.deploy(f"{trial.folder}/trial.py:trial", 0, EVERY_MINUTE)
    with trial.running(*serving(trial, port)) as child:
        wait_until(lambda: trial.ran() >= 1, child)
    assert "broken off" in (trial.folder / "failures.jsonl").read_text("utf-8")
    assert trial.left() == []


def test_a_process_worker_picks_up_a_deployment(trial: Trial) -> None:
    prefect = shutil.which("prefect", path=str(Path(sys.executable).parent))
    assert prefect is not None
    trial.deploy("trial.py:trial", 0)
    port = free_port()
    trial.env["PREFECT_API_URL"] = f"http://{HOST}:{port}/api"
    with trial.running(prefect, "server", "start", "--host", HOST, "--port", str(port)) as server:
        wait_until(lambda: is_healthy(trial.env["PREFECT_API_URL"]), server)
        trial.run(prefect, "work-pool", "create", "fupan", "--type", "process")
        trial.run(prefect, "deploy", "--all")
        with trial.running(prefect, "worker", "start", "--pool", "fupan") as worker:
            trial.run(prefect, "deployment", "run", "trial/trial")
            wait_until(lambda: trial.ran() >= 1, worker)
    assert trial.left() == []
