"""Which files of a source are taken in by a run, and which stand beside them in a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flows.company import Company
from flows.ingest.archive import archived_file, file_sha256
from flows.ingest.configuration import Configuration
from flows.ingest.journal import Entry, batches
from flows.settings import SourceSettings

REJECTS: Final = ".rejects.xlsx"
"""How the name of a workbook of rejects ends: it is no export, whatever the globs say."""


@dataclass(frozen=True)
class Candidate:
    """One file, where it lies and what it holds."""

    path: Path
    file_id: str
    file_name: str


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


def present_files(company: Company, source: SourceSettings) -> list[Path]:
    """The files that a source's glob finds now, by name; not those a spreadsheet has left open."""
    found = company.source_folder(source).glob(source.files)
    return sorted(
        path
        for path in found
        if path.is_file()
        and not path.name.startswith(("~$", "."))
        and not path.name.endswith(REJECTS)
    )


def most_files(company: Company, name: str, journal: Sequence[Entry]) -> int:
    """How many files `plan_batch` may decide to load of a source, at most."""
    archived = {entry.file_id for entry in journal if entry.source == name}
    return len(present_files(company, company.sources[name])) + len(archived)


def plan_batch(
    company: Company,
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
    ones lie there; of a delta all. Raises FileUnreadable where a file cannot be read.
    """
    source = company.sources[name]
    configuration = configuration or Configuration.of(company, source)
    identity = configuration.sha256
    found: dict[str, Candidate] = {}
    for path in present_files(company, source):
        file_id = file_sha256(path)
        found.setdefault(file_id, Candidate(path, file_id, path.name))
    newest = batches(history)[-1] if history else []
    same = [entry for entry in history if entry.configuration == identity]
    last = {entry.file_id for entry in newest if entry.configuration == identity}
    last |= {file_id for entry in newest for file_id in entry.beside} if last else set()
    is_snapshot = source.mode == "snapshot"
    follows_folder = is_snapshot and source.folder != "inbox"
    known_ids = last if follows_folder else {entry.file_id for entry in same}
    fresh = [file for file_id, file in found.items() if file_id not in known_ids]
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
        load=(*again, *fresh),
        beside=known if is_snapshot else (),
        known=known,
        is_reload=bool(again),
        earlier_columns=newest[-1].columns if newest else (),
    )
