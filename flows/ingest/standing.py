"""Which rejected rows stand: those of the files that count now, neither repaired nor overtaken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from flows.company import Company
from flows.ingest.bad_rows import (
    FILE,
    ORIGINAL,
    OWN,
    ROW,
    Cells,
    Complaint,
    archived_rows,
    complaints_of,
    configuration_of,
    current_loads,
    fingerprint,
    is_computed,
    original_rows,
    read_part,
)
from flows.ingest.configuration import Configuration
from flows.ingest.journal import Entry, batches, read_journal
from transforms.tables import ENTITIES

MOST: Final = 100_000
"""Rejected rows of one source that are looked into; with more the settings are wrong, not rows."""
AMOUNTS: Final = ("net_amount", "gross_amount", "amount", "target_value", "stock_value")

Place = tuple[str, int]
"""A row as its file has it: sha-256 of the file and row number."""


@dataclass(frozen=True)
class BadRow:
    """One rejected row that stands."""

    file_name: str
    place: Place
    load_number: int
    cells: Cells
    """As they stand now: as exported, or as the last repair that failed left them."""
    exported: Cells
    """As they stand in the file."""
    complaints: tuple[Complaint, ...]
    amount: Decimal | None = None


@dataclass(frozen=True)
class Rejects:
    """What stands rejected of one source; `left_out` rows beyond `MOST` were not looked into."""

    source: str
    configuration: Configuration
    rows: tuple[BadRow, ...]
    left_out: int = 0
    settled: frozenset[Place] = field(default_factory=frozenset)
    """Rows that were rejected and are no longer: repaired, or overtaken by a later file."""


@dataclass(frozen=True)
class Attempt:
    """One row that a person repaired, as a load took it."""

    entry: Entry
    row_number: int
    """In the file of repaired rows."""
    place: Place
    original: str
    """Fingerprint of the row as it stood in its file."""
    cells: Cells
    complaints: tuple[Complaint, ...]
    is_current: bool


def standing(company: Company, connection: duckdb.DuckDBPyConnection, name: str) -> Rejects | None:
    """Find what stands rejected of one source; None where none of its current files had a reject.

    A snapshot counts in its newest batch, a delta in all its files. A row is settled when
    a person has repaired it, or when a later file of a delta has its key in a good row.
    """
    history = [entry for entry in read_journal(company) if entry.source == name]
    current = current_entries([entry for entry in history if not entry.repair])
    by_number = {entry.number: entry for entry in current}
    found = complaints_of(connection, by_number, MOST + 1)
    if not found:
        return None
    left_out = max(len(found) - MOST, 0)
    tries = attempts(company, connection, history)
    rows: list[BadRow] = []
    settled: set[Place] = set()
    for number, entry in by_number.items():
        mine = {row: texts for (load, row), texts in found.items() if load == number}
        if not mine:
            continue
        originals = archived_rows(company, entry, mine)
        configuration = configuration_of(company, entry)
        overtaken = _overtaken(connection, configuration, entry, originals)
        bad: list[BadRow] = []
        for row, cells in originals.items():
            place = (entry.file_id, row)
            tried = tries.get(place) or tries.get(fingerprint(cells))
            if row in overtaken or (tried and tried.is_current):
                settled.add(place)
                continue
            failed = tried if tried and tried.complaints else None
            complaints = failed.complaints if failed else tuple(mine[row])
            now = failed.cells if failed else cells
            bad.append(BadRow(entry.file_name, place, number, now, cells, complaints))
        rows += _with_amounts(bad, configuration)
    newest = configuration_of(company, current[-1])
    return Rejects(name, newest, tuple(rows[:MOST]), left_out, frozenset(settled))


def current_entries(history: Sequence[Entry]) -> list[Entry]:
    """The loads whose files count now, oldest first: the latest load of each of those files."""
    if not history:
        return []
    newest = batches(history)[-1]
    files = {entry.file_id for entry in history}
    if newest[-1].closes_missing:
        files = {entry.file_id for entry in newest} | set(newest[-1].beside)
    latest = {entry.file_id: entry for entry in history if entry.file_id in files}
    return sorted(latest.values(), key=lambda entry: entry.number)


def attempts(
    company: Company, connection: duckdb.DuckDBPyConnection, history: Sequence[Entry]
) -> dict[Place | str, Attempt]:
    """Name the last repair of each row, by its place, and by what stood in its cells.

    A repair that was taken in counts by the cells only while its key is current.
    """
    found: dict[Place | str, Attempt] = {}
    repairs = [entry for entry in history if entry.repair]
    complaints = complaints_of(connection, [entry.number for entry in repairs], MOST)
    for entry in repairs:
        configuration = configuration_of(company, entry)
        rows = all_rows(company, entry)
        current = current_loads(connection, configuration, rows)
        for number, cells in rows.items():
            place = (str(cells[FILE]), int(cells[ROW] or 0))
            why = tuple(complaints.get((entry.number, number), ()))
            attempt = Attempt(
                entry=entry,
                row_number=number,
                place=place,
                original=str(cells[ORIGINAL]),
                cells={key: text for key, text in cells.items() if not key.startswith(OWN)},
                complaints=why,
                is_current=not why and number in current,
            )
            found[place] = found[attempt.original] = attempt
    return found


def all_rows(company: Company, entry: Entry) -> dict[int, dict[str, str | None]]:
    """Read every row of a file of repaired rows."""
    return archived_rows(company, entry, range(1, MOST + 2))


def repaired_places(
    company: Company, connection: duckdb.DuckDBPyConnection, history: Sequence[Entry]
) -> dict[str, tuple[int, ...]]:
    """The rows, by file, in whose place a repaired one is known: they are not loaded again."""
    found: dict[str, tuple[int, ...]] = {}
    if any(entry.repair for entry in history):
        tries = attempts(company, connection, history).values()
        for file_id, row in sorted({each.place for each in tries if each.is_current}):
            found[file_id] = (*found.get(file_id, ()), row)
    return found


def repaired_keys(
    company: Company,
    connection: duckdb.DuckDBPyConnection,
    configuration: Configuration,
    history: Sequence[Entry],
    files: Mapping[str, tuple[Path, pl.DataFrame]],
) -> list[pl.DataFrame]:
    """The keys of repaired rows that a snapshot has, as they were before the repair.

    They are in the snapshot, though nothing in its cells says so: they must not be closed.
    `history` are the earlier loads of the source, `files` those of the snapshot by their sha-256,
    with their rejects.
    """
    repairs = [entry for entry in history if entry.repair]
    if not repairs:
        return []
    bad: set[str] = set()
    for path, rejects in files.values():
        numbers = rejects.get_column("row_number").unique().to_list()
        if numbers:
            bad |= {
                fingerprint(row) for row in original_rows(path, configuration, numbers).values()
            }
    keys = []
    for entry in repairs:
        refused = complaints_of(connection, [entry.number], MOST)
        kept = {
            number: cells
            for number, cells in all_rows(company, entry).items()
            if (cells[ORIGINAL] in bad or cells[FILE] in files)
            and (entry.number, number) not in refused
        }
        key = ENTITIES[configuration.source.entity].primary_key()
        keys.append(read_part(kept, configuration_of(company, entry), key).select(key))
    return keys


def _overtaken(
    connection: duckdb.DuckDBPyConnection,
    configuration: Configuration,
    entry: Entry,
    rows: Mapping[int, Cells],
) -> set[int]:
    """The rows of a delta whose key a later load has in a good row."""
    if configuration.source.mode != "delta":
        return set()
    loads = current_loads(connection, configuration, rows)
    return {row for row, load in loads.items() if load > entry.number}


def _with_amounts(rows: Sequence[BadRow], configuration: Configuration) -> list[BadRow]:
    """Say what is at stake in each row, where its amount can be read."""
    columns = configuration.source.columns
    name = next((each for each in AMOUNTS if each in columns), None)
    if name is None or is_computed(columns[name]):
        return list(rows)
    read = read_part(
        {position: row.cells for position, row in enumerate(rows)}, configuration, [name]
    )
    amounts = dict(read.select("row_number", name).iter_rows())
    return [replace(row, amount=amounts.get(position)) for position, row in enumerate(rows)]
