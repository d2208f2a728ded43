"""How Prefect is set up for Fupan: defaults of the environment, and a log without noise."""

import logging
import os
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


class _PlainErrors(logging.Filter):
    """Leave the traceback of an error that Fupan raises on purpose out of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through; see logging.Filter."""
        if record.exc_info and isinstance(record.exc_info[1], FupanError):
            record.exc_info = None
            record.exc_text = None
        return True


def quiet_expected_errors() -> None:
    """Log errors that Fupan raises on purpose by their message; it says what to do."""
    for name in ("prefect.flow_runs", "prefect.task_runs", "prefect.flow_engine"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, _PlainErrors) for each in logger.filters):
            logger.addFilter(_PlainErrors())
