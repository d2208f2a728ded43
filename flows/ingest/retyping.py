"""Repaired rows are typed again, as files are, when the settings of their source have changed."""

import duckdb

from flows.company import Company
from flows.errors import SettingsError
from flows.ingest.bad_rows import archived_rows, repair_configuration
from flows.ingest.batch import Batch
from flows.ingest.journal import Entry, read_journal
from flows.ingest.lookups import configuration_of
from flows.ingest.repairs import file_of_rows
from flows.ingest.standing import MOST, Attempt, attempts, standing
from transforms.typing import needed_columns


def to_type_again(company: Company, connection: duckdb.DuckDBPyConnection) -> list[Batch]:
    """Plan the repaired rows that were typed under other settings than those of now.

    Only rows whose repair is the last word: taken in and still current, or refused and still
    standing. Rows that lack a column which the settings now ask for stay as they are.
    """
    journal = read_journal(company)
    plans: list[Batch] = []
    for name in company.sources:
        history = [entry for entry in journal if entry.source == name]
        if any(entry.repair for entry in history):
            plans += _of_source(company, connection, name, history)
    return plans


def _of_source(
    company: Company,
    connection: duckdb.DuckDBPyConnection,
    name: str,
    history: list[Entry],
) -> list[Batch]:
    try:
        wanted = repair_configuration(configuration_of(connection, company, name))
    except SettingsError:  # which the plan of the source itself reports
        return []
    rejects = standing(company, connection, name)
    places = {row.place for row in rejects.rows} if rejects else set()
    last = {each.place: each for each in attempts(company, connection, history).values()}
    by_load: dict[Entry, list[Attempt]] = {}
    for attempt in last.values():
        is_open = attempt.place in places if attempt.complaints else attempt.is_current
        if is_open and attempt.entry.configuration != wanted.sha256:
            by_load.setdefault(attempt.entry, []).append(attempt)
    plans = []
    for entry, mine in by_load.items():
        rows = archived_rows(company, entry, range(1, MOST + 2))
        chosen = [rows[attempt.row_number] for attempt in mine]
        if set(needed_columns(wanted.rules)) <= set(chosen[0]):
            file = file_of_rows(company, entry.file_name, chosen)
            plans.append(Batch(name, wanted, (file,), repair=entry.repair))
    return plans
