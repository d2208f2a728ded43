"""One run of the ingest: everything that has arrived, each source as a batch of its own."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

import duckdb

from flows.company import Company
from flows.errors import (
    FupanError,
    InputError,
    RunHeld,
    SettingsError,
)
from flows.ingest.batch import Batch, Candidate, most_files, plan_batch
from flows.ingest.clearing import clear_inbox
from flows.ingest.findings import read_findings, refresh_findings
from flows.ingest.inbox import Inbox, opened_inbox
from flows.ingest.journal import Entry, read_journal
from flows.ingest.lateness import in_order
from flows.ingest.lookups import configuration_of, has_references, load_order
from flows.ingest.rebuild import recover
from flows.ingest.repairs import planned, workbooks
from flows.ingest.report import IngestReport
from flows.ingest.retyping import to_type_again
from flows.ingest.take_in import take_in
from flows.sql import statement
from flows.warehouse import in_utc, writer

_TICK: Final = timedelta(microseconds=1)


def _silent(_: str) -> None:
    """Say nothing."""


def ingest(
    company: Company,
    arrived_at: datetime,
    *,
    repair: Path | None = None,
    progress: Callable[[str], None] = _silent,
) -> IngestReport:
    """Take in everything that lies there and was not taken in before.

    `arrived_at` is the instant of the run, in UTC if it has no zone. Each load has an arrival of
    its own, one microsecond apart and in order, none after `arrived_at`, so that a review as
    known at `arrived_at` sees them all; where that lies before the newest load on
    record, arrivals go on from there. A bad file never stops the good ones: it is in
    `problems`. Files in the inbox move into the archive once they are loaded. Repaired rejects
    come before the exports; with `repair`, a workbook of them, nothing else is taken in. Raises
    WarehouseBusy, PlatformError, SettingsError.
    """
    problems: list[FupanError] = list(company.open_questions)
    with writer(company) as connection, opened_inbox(company) as inbox:
        recover(company, connection, progress)
        journal = read_journal(company)
        first = journal[-1].number + 1 if journal else 1
        books = workbooks(company) if repair is None else [repair]
        repairs = planned(company, connection, books, problems)
        order = load_order(company.sources) if repair is None else []
        later = [name for name in order if has_references(company.sources[name])]
        early = [name for name in order if name not in later]
        early.sort(key=lambda name: company.sources[name].entity != "control_total")
        plans = [batch for each in repairs for batch in each.batches]
        again = [] if repairs or repair else to_type_again(company, connection)
        plans += _plans(inbox, connection, early, journal, problems)
        count = sum(len(plan.load) for plan in plans)
        count += sum(most_files(inbox, name, journal) for name in later) + len(again)
        arrivals = _arrivals(journal, in_utc(arrived_at), count)
        began = min(arrivals, default=in_utc(arrived_at))
        known: list[str] = []
        done: list[Candidate] = []
        failed: list[Candidate] = []
        for plan in chain(plans, _plans(inbox, connection, later, journal, problems), again):
            known += [file.file_name for file in plan.known]
            done += plan.known
            taken = take_in(company, connection, plan, arrivals, began, problems, progress)
            done += taken
            failed += [file for file in plan.load if file not in taken]
        done += [each.workbook for each in repairs if not {*each.files} & {*failed}]
        refresh_findings(connection, company.sources)
        journal = read_journal(company)
        problems += _never_loaded(company, journal) if repair is None else []
        files, rejects = (
            connection.sql(
                statement("ops", "rows_of_loads", table=table), params={"load_number": first}
            ).pl()
            for table in ("file", "reject")
        )
        findings = read_findings(connection)
        problems += clear_inbox(inbox, done, failed)
    return IngestReport(
        arrived_at=arrived_at,
        known_at=max([in_utc(arrived_at), *(entry.arrived_at for entry in journal)]),
        files=files,
        rejects=rejects,
        findings=findings,
        problems=tuple(problems),
        known_files=tuple(known),
        repairs=tuple(repairs),
    )


def _plans(
    inbox: Inbox,
    connection: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    journal: Sequence[Entry],
    problems: list[FupanError],
) -> Iterator[Batch]:
    """Plan the batch of each source when it is its turn: it may look up what others loaded."""
    for name in names:
        try:
            history = [entry for entry in journal if entry.source == name and not entry.repair]
            configuration = configuration_of(connection, inbox.company, name)
            yield from in_order(plan_batch(inbox, name, history, configuration))
        except (InputError, SettingsError) as problem:
            problems.append(problem)


def _arrivals(journal: Sequence[Entry], arrived_at: datetime, count: int) -> list[datetime]:
    """Instants for so many loads, each after the one before and after the newest on record."""
    first = arrived_at - _TICK * (count - 1)
    if journal:
        first = max(first, journal[-1].arrived_at + _TICK)
    return [first + _TICK * position for position in range(count)]


def _never_loaded(company: Company, journal: Sequence[Entry]) -> list[FupanError]:
    """Name the required sources of which nothing was ever loaded."""
    loaded = {entry.source for entry in journal}
    return [
        RunHeld(
            f"{name} ({source.title}) is required and was never loaded: "
            f"no file {source.files!r} is there",
            where=str(company.source_folder(source)),
            state="the other sources were loaded",
            remedy=f"put the export there, or set is_required = false in sources/{name}.toml",
        )
        for name, source in company.sources.items()
        if source.is_required and name not in loaded
    ]
