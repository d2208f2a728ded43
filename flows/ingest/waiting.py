"""Files that `check` has read, judged as if they had arrived now: by the loads before them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import duckdb
import polars as pl

from flows.company import Company
from flows.ingest.journal import read_journal
from flows.ingest.report import FileCheck
from flows.records import ops_table
from flows.sources import judged, known_sources
from flows.warehouse import in_utc, readers_copy
from transforms.calendar import latest_complete_week
from transforms.parameters import ReviewWeek
from transforms.tables.ops import OPS
from transforms.tables.quality import KnownSource

_HISTORY: Final = ("file", "column_profile")


def last_week(company: Company, now: datetime) -> ReviewWeek:
    """Find the latest week that had ended at an instant, in company time."""
    today = now.astimezone(company.settings.company.zone).date()
    return latest_complete_week(today - timedelta(days=1), company.settings.calendar.week_ends_on)


def waiting_quality(
    company: Company,
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[FileCheck],
    findings: pl.DataFrame,
    now: datetime,
) -> dict[str, pl.DataFrame]:
    """Judge the files that `check` has placed in `connection`, as if they had arrived now.

    Returns `file` and `reject` with the loads that would be, `finding`, and the quality facts,
    all against the week that ended last.
    """
    week = last_week(company, now)
    known = known_sources(connection, company, week, now)
    past: dict[str, pl.DataFrame] = {name: OPS[name].create_empty() for name in _HISTORY}
    if company.committed.exists():
        with readers_copy(company) as committed:
            past = {name: ops_table(committed, name) for name in _HISTORY}
            known = _more(known, known_sources(committed, company, week, now))
    first = 1 + int(past["file"].select(pl.col("load_number").max().fill_null(0)).item())
    numbers = dict(enumerate(files, first))
    operations = {
        "file": pl.concat([_arrived(company, past["file"]), _loads(numbers, in_utc(now))]),
        "column_profile": pl.concat([past["column_profile"], _profiles(numbers)]),
        "finding": findings,
        "reject": _rejects(numbers),
    }
    return {**operations, **judged(company, known, operations, week)}


def _arrived(company: Company, files: pl.DataFrame) -> pl.DataFrame:
    """Leave out the rows that a person repaired and gave back: no source delivered them."""
    repairs = [entry.number for entry in read_journal(company) if entry.repair]
    return files.filter(~pl.col("load_number").is_in(repairs))


def _more(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Take of each source what is more: of the files that lie there, or of the warehouse."""
    facts = ("known_rows", "newest_on", "week_rows", "active_weeks")
    both = one.join(other.select("source", *facts), on="source", how="left", suffix="_other")
    more = both.with_columns(pl.max_horizontal(name, f"{name}_other") for name in facts)
    return KnownSource.validate(more.select(KnownSource.column_names()))


def _loads(numbers: Mapping[int, FileCheck], arrived_at: datetime) -> pl.DataFrame:
    rows = [
        {
            "load_number": number,
            "source": file.source,
            "entity": file.entity,
            "file_name": file.file_name,
            "file_id": file.file_id,
            "arrived_at": arrived_at,
            "rows_read": file.rows_read,
            "rows_opened": file.rows_good,
            "rows_unchanged": 0,
            "rows_rejected": file.rows_rejected,
            "rows_superseded": file.rows_superseded,
            "rows_deleting": file.rows_deleting,
            "versions_closed": 0,
        }
        for number, file in numbers.items()
    ]
    return pl.DataFrame(rows, schema=OPS["file"].create_empty().schema)


def _rejects(numbers: Mapping[int, FileCheck]) -> pl.DataFrame:
    schema = OPS["reject"].create_empty().schema
    parts = [
        file.rejects.with_columns(pl.lit(number, pl.Int64).alias("load_number"))
        .select(list(schema))
        .cast(dict(schema.items()))
        for number, file in numbers.items()
    ]
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _profiles(numbers: Mapping[int, FileCheck]) -> pl.DataFrame:
    rows = [
        (number, column, file.rows_good, filled)
        for number, file in numbers.items()
        for column, filled in file.filled.items()
    ]
    return pl.DataFrame(rows, schema=OPS["column_profile"].create_empty().schema, orient="row")
