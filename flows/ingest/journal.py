"""`archive/journal.jsonl`: one line a load, append only; with the archive it is the warehouse."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from flows.company import Company
from flows.errors import FupanError


@dataclass(frozen=True)
class Entry:
    """One load: a file taken in for a source at an instant under a configuration.

    The loads of one source in one run are a batch, committed together: `batch` is the number of
    its first load, `batch_size` how many there are. `beside` names files that were loaded before
    and belong to the same snapshot; `later` those that were loaded before although they are newer:
    what they say of a key stands. `repair` is the sha-256 of the workbook whose repaired rows the
    file holds, `accepted` the hard rule that a person let the file pass, `stated_on` the day that
    the name of the file states.
    """

    number: int
    batch: int
    batch_size: int
    arrived_at: datetime
    source: str
    file_id: str
    file_name: str
    configuration: str
    closes_missing: bool
    is_reload: bool
    beside: tuple[str, ...]
    columns: tuple[str, ...]
    later: tuple[str, ...] = ()
    repair: str = ""
    accepted: str = ""
    stated_on: date | None = None

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line; raises ValueError, KeyError or TypeError where it is torn."""
        data: dict[str, Any] = json.loads(line)
        data["arrived_at"] = datetime.fromisoformat(data["arrived_at"])
        data["beside"] = tuple(data["beside"])
        data["columns"] = tuple(data["columns"])
        data["later"] = tuple(data.get("later", ()))
        if stated_on := data.get("stated_on"):
            data["stated_on"] = date.fromisoformat(stated_on)
        return cls(**data)

    @property
    def line(self) -> str:
        """The entry as a line of the journal."""
        data = asdict(self) | {"arrived_at": self.arrived_at.isoformat(timespec="microseconds")}
        data["stated_on"] = self.stated_on and self.stated_on.isoformat()
        return json.dumps(data, ensure_ascii=False, sort_keys=True) + "\n"


def read_journal(company: Company) -> list[Entry]:
    """Read all loads, oldest first.

    A batch whose lines are not all there was never committed (a load commits after its lines
    are on disk), so a torn end is left out. Raises FupanError where a line further up is damaged.
    """
    return _sound(company)[0]


def batches(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Group loads that were committed together."""
    return [list(group) for _, group in groupby(entries, key=lambda entry: entry.batch)]


def append(company: Company, entries: Sequence[Entry]) -> None:
    """Write the lines of one batch and wait until they are on disk.

    A torn end left by a killed process is cut off first.
    """
    path = _path(company)
    path.parent.mkdir(parents=True, exist_ok=True)
    _, length = _sound(company)
    with path.open("ab") as file:
        file.truncate(length)
        file.write("".join(entry.line for entry in entries).encode())
        file.flush()
        os.fsync(file.fileno())


def _path(company: Company) -> Path:
    return company.archive / "journal.jsonl"


def _sound(company: Company) -> tuple[list[Entry], int]:
    """Read the whole batches of the journal, and how many bytes they take."""
    path = _path(company)
    if not path.exists():
        return [], 0
    lines = path.read_bytes().splitlines(keepends=True)
    entries: list[Entry] = []
    for position, line in enumerate(lines, 1):
        try:
            entries.append(Entry.parse(line.decode()))
        except (ValueError, KeyError, TypeError) as error:
            if position == len(lines):
                break
            message = f"line {position} of the journal is damaged"
            raise FupanError(
                message,
                where=str(path),
                state="nothing was loaded; the warehouse stands as it is",
                remedy="restore archive/journal.jsonl from a backup",
            ) from error
    if entries and not lines[len(entries) - 1].endswith(b"\n"):
        entries.pop()
    whole = [batch for batch in batches(entries) if len(batch) == batch[0].batch_size]
    kept = [entry for batch in whole for entry in batch]
    return kept, sum(len(line) for line in lines[: len(kept)])
