"""One run of the ingest: everything that has arrived, each source as a batch of its own."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import duckdb

from flows.company import Company
from flows.errors import FileUnreadable, FupanError, InputError, PlatformError, RunHeld
from flows.ingest.archive import archived_file, keep_configuration, keep_file
from flows.ingest.batch import Batch, Candidate, plan_batch
from flows.ingest.evaluate import Evaluation, evaluate
from flows.ingest.findings import read_findings, refresh_findings
from flows.ingest.hold import held, is_accepted, released
from flows.ingest.journal import Entry, append, read_journal
from flows.ingest.lateness import in_order, newer_files
from flows.ingest.load import Loading, load_batch
from flows.ingest.rebuild import recover
from flows.ingest.report import IngestReport
from flows.sql import statement
from flows.warehouse import in_utc, writer

_TICK: Final = timedelta(microseconds=1)


def _silent(_: str) -> None:
    """Say nothing."""


def ingest(
    company: Company, arrived_at: datetime, *, progress: Callable[[str], None] = _silent
) -> IngestReport:
    """Take in everything that lies there and was not taken in before.

    `arrived_at` is the instant of the run, in UTC if it has no zone. Each load has an arrival of
    its own, one microsecond apart and in order, the last of the run at `arrived_at`, so that
    a review as known at `arrived_at` sees them all; where that lies before the newest load on
    record, arrivals go on from there. A bad file never stops the good ones: it is in
    `problems`. Files in the inbox move into the archive once they are loaded. Raises
    WarehouseBusy, PlatformError, SettingsError.
    """
    problems: list[FupanError] = list(company.open_questions)
    with writer(company) as connection:
        recover(company, connection, progress)
        journal = read_journal(company)
        first = journal[-1].number + 1 if journal else 1
        plans = _plans(company, journal, problems)
        arrivals = _arrivals(journal, in_utc(arrived_at), sum(len(plan.load) for plan in plans))
        began = min(arrivals, default=in_utc(arrived_at))
        done: list[Candidate] = []
        failed: list[Candidate] = []
        for plan in plans:
            done += plan.known
            taken = _take_in(company, connection, plan, arrivals, began, problems, progress)
            done += taken
            failed += [file for file in plan.load if file not in taken]
        refresh_findings(connection, company.sources)
        journal = read_journal(company)
        problems += _never_loaded(company, journal)
        files, rejects = (
            connection.sql(
                statement("ops", "rows_of_loads", table=table), params={"load_number": first}
            ).pl()
            for table in ("file", "reject")
        )
        findings = read_findings(connection)
    problems += _clear_inbox(company, done, failed)
    return IngestReport(
        arrived_at=arrived_at,
        known_at=max([in_utc(arrived_at), *(entry.arrived_at for entry in journal)]),
        files=files,
        rejects=rejects,
        findings=findings,
        problems=tuple(problems),
        known_files=tuple(file.file_name for plan in plans for file in plan.known),
    )


def _plans(company: Company, journal: Sequence[Entry], problems: list[FupanError]) -> list[Batch]:
    """Plan the batch of each source; control totals first, so that rows can be tied to them."""
    plans = []
    sources = company.sources
    for name in sorted(sources, key=lambda name: sources[name].entity != "control_total"):
        try:
            history = [entry for entry in journal if entry.source == name and not entry.repair]
            plans.append(in_order(plan_batch(company, name, history)))
        except InputError as problem:
            problems.append(problem)
    return plans


def _arrivals(journal: Sequence[Entry], arrived_at: datetime, count: int) -> list[datetime]:
    """Instants for so many loads, each after the one before and after the newest on record."""
    first = arrived_at - _TICK * (count - 1)
    if journal:
        first = max(first, journal[-1].arrived_at + _TICK)
    return [first + _TICK * position for position in range(count)]


def _take_in(
    company: Company,
    connection: duckdb.DuckDBPyConnection,
    plan: Batch,
    arrivals: list[datetime],
    began: datetime,
    problems: list[FupanError],
    progress: Callable[[str], None],
) -> list[Candidate]:
    """Load one source; returns the files that are safe in archive and warehouse.

    `began` is the arrival of the first file of the run.
    """
    instants = [arrivals.pop(0) for _ in plan.load]
    journal = read_journal(company)
    history = [entry for entry in journal if entry.source == plan.source]
    accepted: dict[str, str] = {}
    good: list[tuple[Candidate, Evaluation, datetime]] = []
    beside: list[Evaluation] = []
    count = len(problems)
    for file, arrival in zip(plan.load, instants, strict=True):
        try:
            content = evaluate(file.path, plan.source, plan.configuration)
            _refuse_emptiness(connection, plan, file, content)
            problem = held(company, plan, file, content, history)
            if problem is not None and not is_accepted(plan, file.file_id):
                raise problem
            accepted[file.file_id] = problem.what if problem is not None else ""
            keep_file(company, file.path, file.file_id)
            good.append((file, content, arrival))
        except InputError as problem:
            problems.append(problem)
            progress(f"{plan.source}: {problem.what}")
    if not good:
        return []
    is_whole = plan.configuration.source.mode == "snapshot" and len(problems) == count
    if is_whole:
        try:
            beside = [evaluate(file.path, plan.source, plan.configuration) for file in plan.beside]
        except InputError as problem:
            problems.append(problem)
            is_whole = False
    first = journal[-1].number + 1 if journal else 1
    loadings = [
        Loading(
            Entry(
                number=first + position,
                batch=first,
                batch_size=len(good),
                arrived_at=arrival,
                source=plan.source,
                file_id=file.file_id,
                file_name=file.file_name,
                configuration=plan.configuration.sha256,
                closes_missing=is_whole,
                is_reload=plan.is_reload,
                beside=tuple(other.file_id for other in plan.beside) if is_whole else (),
                columns=content.columns,
                later=newer_files(plan, file, history),
                repair=plan.repair,
                accepted=accepted[file.file_id],
            ),
            content,
            tuple(
                evaluate(archived_file(company, file_id), plan.source, plan.configuration).keys
                for file_id in newer_files(plan, file, history)
            ),
        )
        for position, (file, content, arrival) in enumerate(good)
    ]
    keep_configuration(company, plan.configuration.sha256, plan.configuration.text)
    entries = [loading.entry for loading in loadings]
    try:
        load_batch(
            connection,
            plan.configuration.source.entity,
            loadings,
            [content.keys for content in beside],
            earlier_columns=plan.earlier_columns,
            before_commit=lambda: append(
                company, released(company, connection, plan, entries, began)
            ),
        )
    except InputError as problem:
        problems.append(problem)
        progress(f"{plan.source}: {problem.what}")
        return []
    for file, content, _ in good:
        progress(
            f"{plan.source}: {file.file_name}, {content.rows_read} rows, "
            f"{content.rejected} rejected"
        )
    return [file for file, _, _ in good]


def _refuse_emptiness(
    connection: duckdb.DuckDBPyConnection, plan: Batch, file: Candidate, content: Evaluation
) -> None:
    """Refuse a snapshot without a row where it would close everything that is known."""
    source = plan.configuration.source
    if content.rows_read or source.mode != "snapshot" or len(plan.load) + len(plan.beside) > 1:
        return
    query = statement("core", "current_count", entity=source.entity)
    current = connection.execute(query, {"source": plan.source}).fetchall()[0][0]
    if current:
        message = f"{file.file_name} has a header but no row"
        raise FileUnreadable(
            message,
            where=str(file.path),
            state=f"loading it would close all {current} rows of {plan.source}; they stand",
            remedy='export it again; if it may be empty, set mode = "delta" in its source file',
        )


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


def _clear_inbox(
    company: Company, done: Sequence[Candidate], failed: Sequence[Candidate]
) -> list[FupanError]:
    """Remove from the inbox what is archived and loaded for every source that reads it.

    Where the state lies elsewhere than the company folder (examples), nothing is removed.
    """
    if company.state != company.folder:
        return []
    inbox = company.folder / "inbox"
    keep = {file.path for file in failed}
    problems: list[FupanError] = []
    for path in sorted({file.path for file in done} - keep):
        if not path.is_relative_to(inbox):
            continue
        try:
            path.unlink()
        except OSError as error:
            message = f"{path.name} was loaded but cannot be moved out of the inbox"
            state = f"{error.strerror}; leaving it there does no harm"
            problems.append(PlatformError(message, where=str(inbox), state=state))
    return problems
