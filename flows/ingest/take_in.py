"""The batch of one source: read, looked at, archived, loaded."""

from collections.abc import Callable, Sequence
from datetime import datetime

import duckdb

from flows.company import Company
from flows.errors import FileUnreadable, FupanError, InputError
from flows.ingest.archive import archived_file, keep_configuration, kept_meanwhile
from flows.ingest.batch import Batch, Candidate
from flows.ingest.bulk_job import CoreRows
from flows.ingest.evaluate import Evaluation, Into, evaluate
from flows.ingest.hold import held, is_accepted, released
from flows.ingest.journal import Entry, append, read_journal
from flows.ingest.lateness import newer_files, stated_day
from flows.ingest.load import Loading, load_batch
from flows.ingest.standing import repaired_keys, repaired_places
from flows.ingest.worksheets import looked_at
from flows.sql import statement
from flows.warehouse import ARRIVING, in_utc


def take_in(
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
    repaired = repaired_places(company, connection, history)
    accepted: dict[str, str] = {}
    good: list[tuple[Candidate, Evaluation, datetime]] = []
    beside: list[Evaluation] = []
    count = len(problems)
    for file, arrival in zip(plan.load, instants, strict=True):
        try:
            number = journal[-1].number + 1 if journal else 1
            into = _into(connection, plan, file, history, arrival, number)
            into = None if file.file_id in repaired else into
            with kept_meanwhile(company, file.path, file.file_id):
                content = looked_at(company, plan, file, into)
                _refuse_emptiness(connection, plan, file, content)
                problem = held(company, plan, file, content, history)
                if problem is not None and not is_accepted(plan, file.file_id):
                    raise problem
            accepted[file.file_id] = problem.what if problem is not None else ""
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
    contents = {file.file_id: (file.path, content.rejects) for file, content, _ in good}
    for file, content in zip(plan.beside, beside, strict=False):
        contents[file.file_id] = (file.path, content.rejects)
    kept = (
        repaired_keys(company, connection, plan.configuration, history, contents)
        if is_whole
        else []
    )
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
                stated_on=stated_day(plan, file),
            ),
            content,
            tuple(
                evaluate(archived_file(company, file_id), plan.source, plan.configuration)
                for file_id in newer_files(plan, file, history)
            ),
            repaired.get(file.file_id, ()),
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
            [*(content.keys for content in beside), *kept],
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


def _into(
    connection: duckdb.DuckDBPyConnection,
    plan: Batch,
    file: Candidate,
    history: Sequence[Entry],
    arrival: datetime,
    number: int,
) -> Into | None:
    """Say where a large file may be typed: the first of its entity into the core table to be."""
    if plan.is_reload or plan.repair or newer_files(plan, file, history):
        return None
    position = plan.load.index(file)
    entity = plan.configuration.source.entity
    filled = {row[0] for row in connection.execute(statement("core", "filled")).fetchall()}
    if entity in filled or len(plan.load) + len(plan.beside) > 1:
        return Into(connection, f"arrived_{position}")
    core = CoreRows(plan.source, number, in_utc(arrival))
    return Into(connection, ARRIVING, core)


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
