"""Trying again what may pass by itself, with growing pauses; everything else fails at once."""

import errno
import socket
import ssl
from collections.abc import Callable
from typing import Final, TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential_jitter,
)

from flows.errors import PullFailed
from flows.settings.pull import PullSettings

T = TypeVar("T")
LONGEST_PAUSE_SECONDS: Final = 300.0
_PASSING: Final = frozenset(
    {
        errno.EAGAIN,
        errno.EBUSY,  # what s3fs makes of "slow down"
        errno.ECONNABORTED,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.EIO,
        errno.ENETDOWN,
        errno.ENETRESET,
        errno.ENETUNREACH,
        errno.ESTALE,
        errno.ETIMEDOUT,
    }
)


class TryAgain(PullFailed):
    """The other side asks to come back later, or its answer was incomplete."""

    def __init__(self, what: str, *, after_seconds: float | None = None, where: str = "") -> None:
        super().__init__(what, where=where, remedy="run `fupan pull` again later")
        self.after_seconds = after_seconds


def is_passing(error: OSError) -> bool:
    """Whether an error of the system or network may be gone at the next try."""
    if isinstance(error, ssl.SSLError):
        return not isinstance(error, ssl.SSLCertVerificationError)
    if isinstance(error, socket.gaierror):
        return error.errno == socket.EAI_AGAIN
    return isinstance(error, ConnectionError | TimeoutError) or error.errno in _PASSING


class Attempts:
    """Calls an action until it succeeds, fails for good, or has had its tries."""

    def __init__(
        self,
        settings: PullSettings,
        is_transient: Callable[[BaseException], bool],
        say: Callable[[str], None],
    ) -> None:
        self._say = say
        self._tries = settings.tries
        self._wait = wait_exponential_jitter(
            multiplier=settings.first_wait_seconds,
            max=LONGEST_PAUSE_SECONDS,
            jitter=settings.first_wait_seconds,
        )
        self._condition = retry_if_exception(
            lambda error: isinstance(error, TryAgain) or is_transient(error)
        )

    def __call__(self, action: Callable[[], T]) -> T:
        """Call the action; raises its last error where no try was good."""
        retrying = Retrying(
            stop=stop_after_attempt(self._tries),
            wait=self._pause,
            retry=self._condition,
            before_sleep=self._tell,
            reraise=True,
        )
        return retrying(action)

    def _pause(self, state: RetryCallState) -> float:
        """As long as the other side asks for, within reason; else growing, with some chance."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.after_seconds if isinstance(error, TryAgain) else None
        return self._wait(state) if asked is None else min(asked, LONGEST_PAUSE_SECONDS)

    def _tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        name = type(error).__name__
        self._say(f"{name}; try {state.attempt_number + 1} of {self._tries} in {pause:.0f} s")
