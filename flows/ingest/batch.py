"""Which files of a source are taken in by a run, and which stand beside them in a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from flows.company import Company
from flows.errors import FileUnreadable
from flows.ingest.archive import archived_file, file_sha256
from flows.ingest.configuration import Configuration
from flows.ingest.inbox import Arrival, Inbox, as_refusal
from flows.ingest.journal import Entry, batches
from flows.readers.bounds import refuse_long, refuse_oversized
from flows.settings import SourceSettings
from flows.settings.company import IngestSettings
from flows.worksheet.source import ENTITY as ANSWER
from flows.worksheet.source import is_worksheet

REJECTS: Final = ".rejects.xlsx"
"""How the name of a workbook of rejects ends: it is no export, whatever the globs say."""


@dataclass(frozen=True)
class Candidate:
    """One file, where its content lies and what it holds.

    `packed_in` is the zip or gzip in the folder that holds it. A file that may not be read has a
    `refusal` and no `file_id`.
    """

    content: Path
    file_id: str
    file_name: str
    packed_in: Path | None = None
    refusal: FileUnreadable | None = None

    @property
    def path(self) -> Path:
        """The file to read; raises FileUnreadable where it may not be read."""
        if self.refusal is not None:
            raise self.refusal
        return self.content

    @property
    def place(self) -> Path:
        """What lies in the folder: the file, or what holds it."""
        return self.packed_in or self.content


@dataclass(frozen=True)
class Batch:
    """The files of one source in one run, in the order of their names.

    `load` are taken in. `beside` were loaded before and lie there still: they belong to the same
    snapshot. `known` names files that need nothing.
    """

    source: str
    configuration: Configuration
    load: tuple[Candidate, ...]
    beside: tuple[Candidate, ...] = ()
    known: tuple[Candidate, ...] = ()
    is_reload: bool = False
    """Files of the archive read again, because the settings of the source have changed."""
    earlier_columns: tuple[str, ...] = ()
    repair: str = ""
    """sha-256 of the workbook of rejects whose repaired rows these files hold."""


def present_files(inbox: Inbox, source: SourceSettings) -> list[Candidate]:
    """The files that lie ready for a source, by name, those that may not be read among them."""
    limits = inbox.company.settings.ingest
    return [
        _within_limits(_candidate(arrival), source, limits) for arrival in _exports(inbox, source)
    ]


def most_files(inbox: Inbox, name: str, journal: Sequence[Entry]) -> int:
    """How many files `plan_batch` may decide to load of a source, at most."""
    archived = {entry.file_id for entry in journal if entry.source == name}
    return len(_exports(inbox, inbox.company.sources[name])) + len(archived)


def plan_batch(
    inbox: Inbox,
    name: str,
    history: Sequence[Entry],
    configuration: Configuration | None = None,
) -> Batch:
    """Decide what to load of a source; `history` are its loads so far.

    `configuration` is given where the source looks up rows of others (`flows.ingest.lookups`).

    A file whose content was loaded under the same settings needs nothing. In a snapshot that is
    read where it lies (`plan`, `data_root`) this holds for the newest batch alone: there the
    folder is the truth, so a file put back is loaded again. After a change of the settings
    the archived files are read again: of a snapshot those of its newest batch, unless new
    ones lie there; of a delta all. A file that may not be read is among those to load: its
    `path` raises what is wrong with it.
    """
    company = inbox.company
    source = company.sources[name]
    configuration = configuration or Configuration.of(company, source)
    identity = configuration.sha256
    limits = company.settings.ingest
    found: dict[str, Candidate] = {}
    refused: list[Candidate] = []
    for arrival in _exports(inbox, source):
        file = _identified(_candidate(arrival), limits)
        if file.refusal is None:
            found.setdefault(file.file_id, file)
        else:
            refused.append(file)
    newest = batches(history)[-1] if history else []
    same = [entry for entry in history if entry.configuration == identity]
    last = {entry.file_id for entry in newest if entry.configuration == identity}
    last |= {file_id for entry in newest for file_id in entry.beside} if last else set()
    is_snapshot = source.mode == "snapshot"
    follows_folder = is_snapshot and source.folder != "inbox"
    known_ids = last if follows_folder else {entry.file_id for entry in same}
    fresh = [
        _within_limits(file, source, limits)
        for file_id, file in found.items()
        if file_id not in known_ids
    ]
    known = tuple(file for file_id, file in found.items() if file_id in known_ids)
    again: list[Candidate] = []
    if newest and not last:
        old = [*newest[-1].beside, *(entry.file_id for entry in newest)]
        if not is_snapshot:
            old = [entry.file_id for entry in history]
        elif fresh:
            old = []
        loaded = {entry.file_id for entry in same}
        names = {entry.file_id: entry.file_name for entry in history}
        fresh_ids = {file.file_id for file in fresh}
        again = [
            Candidate(archived_file(company, file_id), file_id, names[file_id])
            for file_id in dict.fromkeys(old)
            if file_id not in loaded and file_id not in fresh_ids
        ]
    return Batch(
        source=name,
        configuration=configuration,
        load=(*again, *fresh, *refused),
        beside=_beside(company, source, known, fresh) if is_snapshot else (),
        known=known,
        is_reload=bool(again),
        earlier_columns=newest[-1].columns if newest else (),
    )


def _exports(inbox: Inbox, source: SourceSettings) -> list[Arrival]:
    takes_worksheets = source.entity == ANSWER
    return [
        file
        for file in inbox.arrivals(source)
        if not file.name.endswith(REJECTS) and (takes_worksheets or not is_worksheet(file.name))
    ]


def _candidate(arrival: Arrival) -> Candidate:
    content = arrival.content or arrival.place
    packed_in = None if content == arrival.place else arrival.place
    return Candidate(content, "", arrival.name, packed_in, arrival.refusal)


def _identified(file: Candidate, limits: IngestSettings) -> Candidate:
    try:
        refuse_long(file.path, limits)
        return replace(file, file_id=file_sha256(file.path))
    except (FileUnreadable, OSError) as error:
        return replace(file, refusal=as_refusal(file.content, error))


def _within_limits(file: Candidate, source: SourceSettings, limits: IngestSettings) -> Candidate:
    try:
        refuse_oversized(file.path, source, limits)
    except (FileUnreadable, OSError) as error:
        return replace(file, refusal=as_refusal(file.content, error))
    return file


def _beside(
    company: Company, source: SourceSettings, known: Sequence[Candidate], fresh: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """Choose the known files that belong to the snapshot of the fresh ones.

    A zip stays in the inbox while it holds a file that no source takes. What was loaded of it
    in an earlier run would have left the inbox as a plain file, so it counts no more.
    """
    if source.folder != "inbox" or company.state != company.folder:
        return tuple(known)
    places = {file.place for file in fresh}
    return tuple(file for file in known if file.packed_in is None or file.packed_in in places)
