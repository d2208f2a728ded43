"""What a kind of place is given to fetch with, and what it gives back."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flows.errors import PullFailed
from flows.pull.attempts import Attempts
from flows.pull.desk import Desk, Piece
from flows.pull.landing import Inbox
from flows.settings import SourceSettings
from flows.settings.pull import PullSettings

_LONGEST_DETAIL: Final = 300


@dataclass
class Secrets:
    """The secrets read from the environment, so that none of them is ever shown."""

    values: set[str] = field(default_factory=set)

    def read(self, variable: str | None) -> str | None:
        """Read a variable of the environment; raises PullFailed where it is not set."""
        if variable is None:
            return None
        value = os.environ.get(variable)
        if not value:
            message = f"the environment variable {variable} is not set"
            raise PullFailed(
                message, state="nothing was fetched", remedy=f"set {variable}, then `fupan pull`"
            )
        self.values.add(value)
        return value

    def told(self, error: BaseException) -> str:
        """Say in one line what went wrong, without secrets and without what follows a URL's ?."""
        cause = getattr(error, "orig", None) or error  # SQLAlchemy adds the query and its values
        text = " ".join(str(cause).split())
        for value in sorted(self.values, key=len, reverse=True):
            text = text.replace(value, "•••")
        text = re.sub(r"(https?://[^\s?]+)\?\S+", r"\1?…", text)
        return f"{type(cause).__name__}: {text}"[:_LONGEST_DETAIL]


@dataclass(frozen=True)
class Job:
    """One source to pull, at one instant."""

    name: str
    folder: Path
    """The company's; paths in settings are relative to it."""
    source: SourceSettings
    settings: PullSettings
    query: str | None
    """The text of `sources/NAME.sql`, where there is one."""
    now: datetime
    desk: Desk
    inbox: Inbox
    attempt: Attempts
    secrets: Secrets

    @property
    def is_snapshot(self) -> bool:
        """Whether a file of the source is the whole truth."""
        return self.source.mode == "snapshot"


@dataclass(frozen=True)
class Arrival:
    """Files that belong together, and what to remember once they are in place."""

    pieces: tuple[Piece, ...]
    seen: Mapping[str, Any]
    refused: tuple[PullFailed, ...] = ()
    """What was found and not taken, each with its reason."""


@dataclass(frozen=True)
class Kind:
    """One kind of place: how to fetch from it, and how its errors are to be taken."""

    place: str
    """What it is, without secrets; another one starts a new cursor."""
    fetch: Callable[[Job, Mapping[str, Any]], Iterator[Arrival]]
    """Yields what has come since `seen`; nothing where there is nothing new."""
    errors: tuple[type[Exception], ...]
    is_transient: Callable[[BaseException], bool]
