"""How Prefect is set up for Fupan: defaults of the environment, and a log without noise."""

import atexit
import logging
import os
import sys
from functools import cache
from pathlib import Path
from typing import Final

from flows.errors import FupanError

DEFAULTS: Final = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "600",
    # In memory, the slot of a run that a restart breaks off would stay taken for ever.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}


def configure() -> None:
    """Set Prefect's environment where the user has not; to be called before Prefect is imported.

    A first run starts a temporary server, which takes longer than Prefect's own limit of 20 s.

    >>> configure()
    >>> os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] != ""
    True
    """
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    leave_quietly()


@cache
def leave_quietly() -> None:
    """Let nothing be printed after the last exit handler.

    Prefect keeps its flows until the interpreter is gone, and DuckDB then prints forty lines about
    objects that "leaked". Handlers registered later, such as Prefect's own, still speak.
    """
    atexit.register(_close_stderr)


def _close_stderr() -> None:
    sys.stderr.flush()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 2)


class _Plain(logging.Filter):
    """Leave out of the log what says nothing: tracebacks of our own errors, "Completed()"."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the traceback from an error that Fupan raises on purpose; see logging.Filter."""
        if record.exc_info and isinstance(record.exc_info[1], FupanError):
            record.exc_info = None
            record.exc_text = None
        return not record.getMessage().startswith("Finished in state Completed")


def speak_plainly() -> None:
    """Log errors that Fupan raises on purpose by their message, which says what to do."""
    leave_quietly()
    for name in ("prefect.flow_runs", "prefect.task_runs", "prefect.flow_engine"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Plain) for each in logger.filters):
            logger.addFilter(_Plain())
