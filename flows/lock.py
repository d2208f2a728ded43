"""One writer at a time: a lock on `warehouse.lock`, held for the whole write."""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from flows.errors import PlatformError, WarehouseBusy

WAIT_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.1


@contextmanager
def locked(path: Path, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock at `path`.

    The kernel lets go of it when the process ends, however it ends. The text in the file is
    information for people only. Raises WarehouseBusy, naming the holder, when the lock is not
    free within `wait_seconds`, and PlatformError where the folder may not be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        message = f"the folder of the warehouse cannot be written to: {error.strerror}"
        remedy = "give the user write permission, or name another folder in FUPAN_STATE"
        raise PlatformError(message, where=str(path.parent), remedy=remedy) from error
    with file:
        _acquire(file, path, wait_seconds)
        file.seek(0)
        file.truncate()
        file.write(_myself())
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()
            file.flush()
            fcntl.flock(file, fcntl.LOCK_UN)


def holder(path: Path) -> str | None:
    """Who holds the lock now, in the holder's own words; None where nobody does."""
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            return file.read().strip() or "a process that has not said its name"
        return None


def _acquire(file: IO[str], path: Path, wait_seconds: float) -> None:
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                file.seek(0)
                who = file.read().strip() or "a process that has not said its name"
                message = f"the warehouse is being written by {who}"
                raise WarehouseBusy(
                    message,
                    where=str(path),
                    state=f"waited {wait_seconds:g} s; nothing was changed",
                    remedy="wait until it has finished, then run the same command again",
                ) from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _myself() -> str:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]) if sys.argv else "python"
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return f"pid {os.getpid()} ({command}) since {since}"
