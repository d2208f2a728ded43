"""Files that arrive late: what an older file says of a key never replaces what a newer one said."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from polars import Series

from flows.errors import RunHeld
from flows.ingest.batch import Batch, Candidate
from flows.ingest.journal import Entry
from flows.settings import SourceSettings
from transforms.typing.dates import days

_STATE: Final = "nothing of this file was loaded; the other files were"


def file_day(pattern: str, file_name: str) -> date | None:
    """Read the day that a file's name states.

    >>> file_day("_([0-9]+)", "商机_20261116.csv")
    datetime.date(2026, 11, 16)
    """
    found = re.search(pattern, file_name)
    day: date | None = days(Series([found.group(1)])).item() if found else None
    return day


def stated_day(plan: Batch, file: Candidate) -> date | None:
    """Read the day that the name of a file of a batch states; none where it need not state one."""
    pattern = plan.configuration.source.checks.as_of
    return None if pattern is None or plan.repair else file_day(pattern, file.file_name)


def in_order(plan: Batch) -> list[Batch]:
    """Put the files of a batch in the order of the days that their names state.

    Snapshots of several days in the inbox are a batch each, so that each is known as it was.
    """
    source = plan.configuration.source
    if source.checks.as_of is None or plan.repair:
        return [plan]

    def day(file: Candidate) -> date:
        return stated_day(plan, file) or date.max

    ordered = replace(plan, load=tuple(sorted(plan.load, key=day)))
    days = sorted({day(file) for file in plan.load})
    if source.mode != "snapshot" or source.folder != "inbox" or not days[1:]:
        return [ordered]
    return [
        replace(
            plan,
            load=tuple(file for file in ordered.load if day(file) == each),
            beside=tuple(file for file in plan.beside if day(file) == each),
            known=plan.known if each == days[0] else (),
        )
        for each in days
    ]


def standing(source: SourceSettings, files: Sequence[Candidate]) -> list[Candidate]:
    """Leave out the snapshots that one of a newer day replaces."""
    pattern = source.checks.as_of
    if pattern is None or source.mode != "snapshot" or source.folder != "inbox":
        return list(files)
    days = [file_day(pattern, file.file_name) or date.max for file in files]
    return [file for file, day in zip(files, days, strict=True) if day == max(days)]


def newer_files(plan: Batch, file: Candidate, history: Sequence[Entry]) -> tuple[str, ...]:
    """Name the files of a source that were loaded before a file although they are newer.

    Empty where the source does not say how old its files are (`as_of`).
    """
    pattern = plan.configuration.source.checks.as_of
    if pattern is None or plan.repair or (own := file_day(pattern, file.file_name)) is None:
        return ()
    together = {other.file_id for other in plan.load}
    return tuple(
        dict.fromkeys(
            entry.file_id
            for entry in history
            if not entry.repair
            and entry.file_id not in together
            and (file_day(pattern, entry.file_name) or own) > own
        )
    )


def late(plan: Batch, file: Candidate, newer: Sequence[str]) -> RunHeld | None:
    """Hold a snapshot that is older than one that was loaded, and a file that states no day."""
    source = plan.configuration.source
    if source.checks.as_of is None or plan.repair:
        return None
    if file_day(source.checks.as_of, file.file_name) is None:
        message = (
            f"{file.file_name}: 文件名里没有日期 / its name states no day by "
            f"as_of = {source.checks.as_of!r}"
        )
        remedy = f"rename the file, or change as_of under [checks] in sources/{plan.source}.toml"
        return RunHeld(message, where=f"source {plan.source}", state=_STATE, remedy=remedy)
    if source.mode != "snapshot" or not newer:
        return None
    message = (
        f"{file.file_name}: 比已载入的快照旧 / an older snapshot than {len(newer)} that were "
        "loaded before: it would undo what is known"
    )
    remedy = "remove it from the inbox"
    return RunHeld(message, where=f"source {plan.source}", state=_STATE, remedy=remedy)
