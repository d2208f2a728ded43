"""The warehouse is a function of archive, journal and code: this computes it again."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from flows.company import Company
from flows.copies import commit_copy, pay_loads
from flows.ingest.archive import archived_file, configuration_text
from flows.ingest.configuration import Configuration
from flows.ingest.evaluate import Evaluation, evaluate
from flows.ingest.findings import refresh_findings
from flows.ingest.journal import Entry, batches, read_journal
from flows.ingest.load import Loading, load_batch
from flows.ingest.standing import repaired_keys, repaired_places
from flows.lock import locked
from flows.sql import statement
from flows.warehouse import lock_path, open_for_writing


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
            loads = pay_loads(connection)
        finally:
            connection.close()
        _wal(company.warehouse).unlink(missing_ok=True)
        aside.replace(company.warehouse)
        commit_copy(company, loads)
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
    journal = read_journal(company)
    for batch in batches(journal):
        source = batch[0].source
        is_repair = bool(batch[0].repair)
        if batch[0].number not in done:
            history = journal[: journal.index(batch[0])]
            columns = () if is_repair else earlier.get(source, ())
            _replay(company, connection, batch, history, columns)
            count += len(batch)
            progress(f"{source}: {len(batch)} load(s) from the archive")
        if not is_repair:
            earlier[source] = batch[-1].columns
    return count


def _replay(
    company: Company,
    connection: duckdb.DuckDBPyConnection,
    batch: Sequence[Entry],
    history: Sequence[Entry],
    earlier_columns: Sequence[str],
) -> None:
    """Load one batch again; `history` are the loads before it."""
    name = batch[0].source
    configuration = Configuration.parse(configuration_text(company, batch[0].configuration))

    def content(file_id: str) -> Evaluation:
        return evaluate(archived_file(company, file_id), name, configuration)

    mine = [entry for entry in history if entry.source == name]
    repaired = repaired_places(company, connection, mine)
    loadings = [
        Loading(
            entry,
            content(entry.file_id),
            tuple(content(file_id) for file_id in entry.later),
            repaired.get(entry.file_id, ()),
        )
        for entry in batch
    ]
    beside = {file_id: content(file_id) for file_id in batch[-1].beside}
    keys = [other.keys for other in beside.values()]
    if batch[-1].closes_missing:
        contents = {loading.entry.file_id: loading.content for loading in loadings} | beside
        keys += repaired_keys(
            company,
            connection,
            configuration,
            mine,
            {
                file_id: (archived_file(company, file_id), each.rejects)
                for file_id, each in contents.items()
            },
        )
    entity = configuration.source.entity
    load_batch(connection, entity, loadings, keys, earlier_columns=earlier_columns)


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")
