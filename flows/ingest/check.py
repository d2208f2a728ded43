"""Read everything, write nothing: what the next run would take in, and what is wrong with it."""

from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
import polars as pl

from flows.company import Company
from flows.errors import FupanError, InputError, RunHeld
from flows.ingest.archive import archived_file, file_sha256
from flows.ingest.batch import Batch, Candidate, present_files
from flows.ingest.evaluate import FINDING, Evaluation
from flows.ingest.findings import read_findings, refresh_findings
from flows.ingest.hold import held, is_accepted
from flows.ingest.inbox import Inbox, opened_inbox
from flows.ingest.journal import Entry, batches, read_journal
from flows.ingest.lateness import standing
from flows.ingest.lookups import configuration_of, load_order
from flows.ingest.report import CheckReport, FileCheck
from flows.ingest.waiting import last_week, waiting_quality
from flows.ingest.worksheets import looked_at
from flows.sql import statement
from flows.warehouse import ensure_tables


def _silent(_: str) -> None:
    """Say nothing."""


def check(
    company: Company, *, now: datetime | None = None, progress: Callable[[str], None] = _silent
) -> CheckReport:
    """Read and type the files that lie there, else those that were loaded last.

    References between sources are looked up in what was read; every source is judged as if its
    files had arrived `now`, the clock's instant where none is given. Raises SettingsError.
    """
    instant = now or datetime.now(UTC)
    problems: list[FupanError] = list(company.open_questions)
    files: list[FileCheck] = []
    found: list[pl.DataFrame] = [pl.DataFrame(schema=FINDING)]
    journal = read_journal(company)
    with duckdb.connect() as connection, opened_inbox(company) as inbox:
        ensure_tables(connection)
        for name in load_order(company.sources):
            source = company.sources[name]
            configuration = configuration_of(connection, company, name)
            candidates = _candidates(inbox, name, journal)
            stand = standing(source, candidates)
            if not candidates:
                problems += _absent(company, name)
            for file in candidates:
                progress(f"{name}: {file.file_name}")
                history = [entry for entry in journal if entry.source == name]
                is_known = file.file_id in {entry.file_id for entry in history}
                plan = Batch(name, configuration, (file,), is_reload=is_known)
                try:
                    content = looked_at(company, plan, file)
                except InputError as problem:
                    problems.append(problem)
                    continue
                hold = held(company, plan, file, content, history)
                if hold is not None and not is_accepted(plan, file.file_id):
                    problems.append(hold)
                checked = _file(name, source.entity, file, content)
                if file in stand:
                    _place(connection, checked, content)
                found.append(content.findings)
                files.append(checked)
        refresh_findings(connection, company.sources)
        found.append(read_findings(connection))
        findings = pl.concat(found).unique(["source", "rule", "value"], maintain_order=True)
        quality = waiting_quality(company, connection, files, findings, instant)
    week = last_week(company, instant)
    return CheckReport(tuple(files), findings, tuple(problems), week, quality)


def _candidates(inbox: Inbox, name: str, journal: list[Entry]) -> list[Candidate]:
    company = inbox.company
    source = company.sources[name]
    present = present_files(inbox, source)
    history = [entry for entry in journal if entry.source == name and not entry.repair]
    if present or not history:
        return present
    last = history if source.mode == "delta" else batches(history)[-1]
    latest = {entry.file_id: entry.file_name for entry in last}
    return [
        Candidate(archived_file(company, file_id), file_id, file_name)
        for file_id, file_name in latest.items()
    ]


def _absent(company: Company, name: str) -> list[FupanError]:
    source = company.sources[name]
    if not source.is_required:
        return []
    message = f"{name} ({source.title}) is required and there is no file {source.files!r}"
    where = str(company.source_folder(source))
    return [RunHeld(message, where=where, remedy="put the export there, then `fupan check`")]


def _place(connection: duckdb.DuckDBPyConnection, checked: FileCheck, content: Evaluation) -> None:
    connection.register("typed", content.rows.with_columns(source=pl.lit(checked.source)))
    connection.execute(statement("core", "place", entity=checked.entity)).fetchall()
    connection.unregister("typed")


def _file(name: str, entity: str, file: Candidate, content: Evaluation) -> FileCheck:
    return FileCheck(
        source=name,
        entity=entity,
        file_name=file.file_name,
        file_id=file.file_id or file_sha256(file.path),
        encoding=content.encoding,
        rows_read=content.rows_read,
        rows_good=content.rows.height,
        rows_rejected=content.rejected,
        rows_superseded=content.superseded,
        rows_deleting=content.deleting,
        filled=content.filled,
        rejects=content.rejects,
    )
