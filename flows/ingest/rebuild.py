"""The warehouse is a function of archive, journal and code: this computes it again."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from flows.company import Company
from flows.ingest.archive import archived_file, configuration_text
from flows.ingest.configuration import Configuration
from flows.ingest.evaluate import Evaluation, evaluate
from flows.ingest.findings import refresh_findings
from flows.ingest.journal import Entry, batches, read_journal
from flows.ingest.load import Loading, load_batch
from flows.lock import locked
from flows.sql import statement
from flows.warehouse import commit_copy, lock_path, open_for_writing


def _silent(_: str) -> None:
    """Say nothing."""


def rebuild(company: Company, *, progress: Callable[[str], None] = _silent) -> int:
    """Make the warehouse anew from archive and journal, and put it in the place of the old one.

    Returns the number of loads. Raises WarehouseBusy, and FupanError where the archive is not
    complete; then the old one stays.
    """
    with locked(lock_path(company)):
        aside = company.warehouse.with_name("warehouse.rebuilding.duckdb")
        for leftover in (aside, _wal(aside)):
            leftover.unlink(missing_ok=True)
        connection = open_for_writing(aside)
        try:
            count = recover(company, connection, progress)
            refresh_findings(connection, company.sources)
        finally:
            connection.close()
        _wal(company.warehouse).unlink(missing_ok=True)
        aside.replace(company.warehouse)
        commit_copy(company)
    return count


def recover(
    company: Company, connection: duckdb.DuckDBPyConnection, progress: Callable[[str], None]
) -> int:
    """Load what the journal has and the warehouse has not; returns the number of loads.

    That is nothing, unless a run was killed between journal and commit, or the file is new.
    """
    done = {row[0] for row in connection.execute(statement("ops", "load_numbers")).fetchall()}
    count = 0
    earlier: dict[str, tuple[str, ...]] = {}
    for batch in batches(read_journal(company)):
        source = batch[0].source
        is_repair = bool(batch[0].repair)
        if batch[0].number not in done:
            _replay(company, connection, batch, () if is_repair else earlier.get(source, ()))
            count += len(batch)
            progress(f"{source}: {len(batch)} load(s) from the archive")
        if not is_repair:
            earlier[source] = batch[-1].columns
    return count


def _replay(
    company: Company,
    connection: duckdb.DuckDBPyConnection,
    batch: Sequence[Entry],
    earlier_columns: Sequence[str],
) -> None:
    name = batch[0].source
    configuration = Configuration.parse(configuration_text(company, batch[0].configuration))

    def content(file_id: str) -> Evaluation:
        return evaluate(archived_file(company, file_id), name, configuration)

    loadings = [
        Loading(
            entry,
            content(entry.file_id),
            tuple(content(file_id).keys for file_id in entry.later),
        )
        for entry in batch
    ]
    beside = [content(file_id).keys for file_id in batch[-1].beside]
    entity = configuration.source.entity
    load_batch(connection, entity, loadings, beside, earlier_columns=earlier_columns)


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")
