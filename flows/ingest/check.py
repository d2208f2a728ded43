"""Read everything, write nothing: what the next run would take in, and what is wrong with it."""

from collections.abc import Callable

import duckdb
import polars as pl

from flows.company import Company
from flows.errors import FupanError, InputError, RunHeld
from flows.ingest.archive import archived_file
from flows.ingest.batch import Candidate, present_files
from flows.ingest.configuration import Configuration
from flows.ingest.evaluate import FINDING, Evaluation, evaluate
from flows.ingest.findings import read_findings, refresh_findings
from flows.ingest.hold import too_many_rejects
from flows.ingest.journal import Entry, batches, read_journal
from flows.ingest.limits import Limits
from flows.ingest.report import CheckReport, FileCheck
from flows.sql import statement
from flows.warehouse import ensure_tables


def _silent(_: str) -> None:
    """Say nothing."""


def check(company: Company, *, progress: Callable[[str], None] = _silent) -> CheckReport:
    """Read and type the files that lie there, else those that were loaded last.

    References between sources are looked up in what was read. Raises SettingsError.
    """
    problems: list[FupanError] = list(company.open_questions)
    files: list[FileCheck] = []
    found: list[pl.DataFrame] = [pl.DataFrame(schema=FINDING)]
    journal = read_journal(company)
    with duckdb.connect() as connection:
        ensure_tables(connection)
        for name, source in company.sources.items():
            configuration = Configuration.of(company, source)
            candidates = _candidates(company, name, journal)
            if not candidates:
                problems += _absent(company, name)
            for file in candidates:
                progress(f"{name}: {file.file_name}")
                try:
                    content = evaluate(file.path, name, configuration)
                except InputError as problem:
                    problems.append(problem)
                    continue
                hold = too_many_rejects(name, file, content, Limits.of(company, source))
                problems += [hold] if hold is not None else []
                _place(connection, name, source.entity, content)
                found.append(content.findings)
                files.append(_file(name, source.entity, file, content))
        refresh_findings(connection, company.sources)
        found.append(read_findings(connection))
    findings = pl.concat(found).unique(["source", "rule", "value"], maintain_order=True)
    return CheckReport(tuple(files), findings, tuple(problems))


def _candidates(company: Company, name: str, journal: list[Entry]) -> list[Candidate]:
    source = company.sources[name]
    present = [Candidate(path, "", path.name) for path in present_files(company, source)]
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


def _place(
    connection: duckdb.DuckDBPyConnection, name: str, entity: str, content: Evaluation
) -> None:
    connection.register("typed", content.rows.with_columns(pl.lit(name).alias("source")))
    connection.execute(statement("core", "place", entity=entity)).fetchall()
    connection.unregister("typed")


def _file(name: str, entity: str, file: Candidate, content: Evaluation) -> FileCheck:
    return FileCheck(
        source=name,
        entity=entity,
        file_name=file.file_name,
        encoding=content.encoding,
        rows_read=content.rows_read,
        rows_good=content.rows.height,
        rows_rejected=content.rejected,
        rows_superseded=content.superseded,
        rejects=content.rejects,
    )
