"""`fupan serve`: a Prefect server on this machine and the schedules of one company."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Final
from urllib.error import URLError

from flows.company import Company
from flows.errors import FupanError, PlatformError, WarehouseBusy
from flows.lock import holder, locked
from flows.orchestration import configure
from flows.output import ERR
from flows.paths import ROOT

HOST: Final = "127.0.0.1"
STARTUP_SECONDS: Final = 600
GRACE_SECONDS: Final = 20
_PAUSE_SECONDS: Final = 0.5

Child = subprocess.Popen[bytes]


def serve(company: Company, *, port: int = 4200) -> None:
    """Serve the schedules of a company until SIGINT or SIGTERM, then stop all that was started.

    A server that `PREFECT_API_URL` names, or one that answers at the port, is used and left
    running; else one is started there, or at a free port where something else answers. Raises
    SettingsError for a wrong fupan.toml, PlatformError where no server comes up, FupanError where
    the server or the schedules end by themselves or somebody else serves the company.
    """
    configure()
    zone = company.settings.company.time_zone
    with _served_once(company), _stop_signal() as stop, ExitStack() as children:
        url = find_server(port)
        started = []
        if url is None:
            chosen = port if _is_free(port) else _free_port()
            url = f"http://{HOST}:{chosen}/api"
            ERR.print("starting a Prefect server …")
            started.append(children.enter_context(_running(_server_command(chosen), url)))
            _wait_for_health(url, started[0], stop)
        if not stop.is_set():
            ERR.print(f"Prefect server: {url.removesuffix('/api')}; schedules in {zone} time")
            command = [sys.executable, "-m", "flows.schedules", str(company.folder)]
            started.append(children.enter_context(_running(command, url)))
            _watch(started, stop)
        ERR.print("stopping …")


def find_server(port: int) -> str | None:
    """The address of a Prefect server that is up; raises PlatformError where a named one is not."""
    named = os.environ.get("PREFECT_API_URL")
    if named is None:
        url = f"http://{HOST}:{port}/api"
        return url if is_healthy(url) else None
    if not is_healthy(named):
        message = "the Prefect server that PREFECT_API_URL names does not answer"
        remedy = "start it, or unset PREFECT_API_URL to have one started"
        raise PlatformError(message, where=named, remedy=remedy)
    return named


def is_healthy(url: str) -> bool:
    """Whether a Prefect server answers at an address such as http://127.0.0.1:4200/api."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310
            return bool(answer.read().strip() == b"true")
    except (URLError, OSError, ValueError):
        return False


@contextmanager
def _served_once(company: Company) -> Iterator[None]:
    path = company.state / "serve.lock"
    try:
        with locked(path, wait_seconds=0):
            yield
    except WarehouseBusy as error:
        message = f"the schedules are being served already, by {holder(path)}"
        remedy = "stop that process first"
        raise PlatformError(message, where=str(path), remedy=remedy) from error


@contextmanager
def _stop_signal() -> Iterator[Event]:
    """An event that SIGINT and SIGTERM set, so that nothing is broken off halfway."""
    stop = Event()
    before = {
        number: signal.signal(number, lambda _number, _frame: stop.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _server_command(port: int) -> list[str]:
    start = ["server", "start", "--host", HOST, "--port", str(port), "--log-level", "WARNING"]
    return [sys.executable, "-m", "prefect", *start]


@contextmanager
def _running(command: list[str], url: str) -> Iterator[Child]:
    """Run a child in a process group of its own; at the end nothing of the group is left."""
    child = subprocess.Popen(  # noqa: S603  # our own interpreter and modules
        command,
        cwd=ROOT,
        env=os.environ | {"PREFECT_API_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            ERR.print(f"process {child.pid} did not stop in {GRACE_SECONDS} s and is ended")
        _end_group(child.pid)
        child.wait()


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _wait_for_health(url: str, server: Child, stop: Event) -> None:
    until = time.monotonic() + STARTUP_SECONDS
    while not stop.wait(_PAUSE_SECONDS) and not is_healthy(url):
        if server.poll() is not None or time.monotonic() > until:
            message = "the Prefect server did not come up"
            remedy = "fupan doctor; or start one by hand: prefect server start"
            raise PlatformError(message, where=url, remedy=remedy)


def _watch(children: list[Child], stop: Event) -> None:
    while not stop.wait(_PAUSE_SECONDS):
        if any(child.poll() is not None for child in children):
            message = "the Prefect server or the schedules have ended by themselves"
            remedy = "the reason stands above; then run `fupan serve` again"
            raise FupanError(message, remedy=remedy)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex((HOST, port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
