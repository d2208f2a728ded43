"""The tree of errors: every error Fupan raises on purpose, and the exit code it ends with.

FupanError                  4
├── UsageError              2   a command was given something that cannot be
├── SettingsError           2   a file of the company folder is wrong
├── PlatformError           2   the machine lacks something, or may not be written to
├── InputError              3   an export cannot be taken in
│   ├── FileUnreadable      3   missing, empty, truncated, wrong encoding or corrupt
│   ├── ColumnsChanged      3   a mapped column is not in the file
│   ├── PullFailed          3   an export cannot be fetched from where it lies
│   ├── QuestionsOpen       3   a source file has settings that nobody has decided yet
│   └── RunHeld             3   a hard rule holds the run
└── WarehouseBusy           4   another process is writing
"""

import difflib
from collections.abc import Iterable
from typing import ClassVar


class FupanError(Exception):
    """Base of all; the message says what, where, in what state the data is, and what to do next."""

    exit_code: ClassVar[int] = 4

    def __init__(self, what: str, *, where: str = "", state: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.state = state
        self.remedy = remedy
        lines = (what, where and f"  where: {where}", state and f"  state: {state}")
        super().__init__("\n".join(filter(None, (*lines, remedy and f"  next: {remedy}"))))


class UsageError(FupanError):
    """A command was given something that cannot be: a week that is none, a scope nobody has."""

    exit_code = 2


class SettingsError(FupanError):
    """A file of the company folder is wrong: file, key, value, what is allowed."""

    exit_code = 2


class PlatformError(FupanError):
    """The machine lacks something or a folder may not be written to."""

    exit_code = 2


class InputError(FupanError):
    """An export cannot be taken in; good files of the same run still are."""

    exit_code = 3


class FileUnreadable(InputError):
    """Missing, empty, truncated, in another encoding than stated, or corrupt."""


class ColumnsChanged(InputError):
    """A mapped column is not in the file; the message lists the nearest names."""


class QuestionsOpen(InputError):
    """A source file holds settings that are still `"?"`; the message lists the questions."""


class PullFailed(InputError):
    """An export cannot be fetched: its place is out of reach, refuses, or holds what is unsafe."""


class RunHeld(InputError):
    """A hard rule holds the run: too many rejects, a control total missed, `on_reject = "stop"`."""


class WarehouseBusy(FupanError):
    """Another process is writing; the message names it."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known names are near a wrong one.

    >>> nearest("win_rat", ["win_rate", "aov"])
    'did you mean win_rate?'
    >>> nearest("x", ["b", "a"])
    'known: a, b'
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3)
    return f"did you mean {', '.join(close)}?" if close else f"known: {', '.join(names) or 'none'}"
