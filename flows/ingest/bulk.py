"""Large plain files: typed by the database itself, without Python rows.

What a cell means is said in `transforms/typing/`. The database takes only cells of which it is
certain that they mean the same to it: plain texts, days in one stated form, plain numbers. A file
that is all of that is typed while it is parsed. Of another, the rows that are not go the thorough
way, and only they; a file that is no table of plain lines goes that way altogether.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import polars as pl

from flows.ingest.bulk_job import CoreRows, Job
from flows.ingest.bulk_plan import BulkPlan, bulk_plan
from flows.ingest.configuration import Configuration
from flows.ingest.scan import scan_lines
from flows.readers.encoding import utf8_copy
from transforms.tables import ENTITIES
from transforms.typing import REJECTS, Deduplicated, last_of_each_key, typed_rows

MOST_ODD: Final = 2_000_000
"""Rows that are read the thorough way beside the others; with more, the whole file is."""


@dataclass(frozen=True)
class Bulk:
    """A file whose rows stand typed in `table`: the entity's columns and row_number."""

    table: str
    columns: tuple[str, ...]
    """Columns of the export."""
    encoding: str
    is_core: bool
    """Whether the table can take the place of the core table."""
    rows_read: int
    rows: int
    """Rows that were typed, one for each key."""
    filled: Mapping[str, int]
    rejects: pl.DataFrame
    rejected_keys: pl.DataFrame
    superseded: int
    conflicts: pl.DataFrame
    """Keys whose rows differ, as `last_of_each_key` gives them."""


def read_in_bulk(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    configuration: Configuration,
    table: str,
    core: CoreRows | None = None,
) -> Bulk | None:
    """Read a file into `table`, or return None where it has to be read the thorough way.

    With `core` the table has all columns of a core table and can take its place.
    """
    plan = bulk_plan(path, configuration)
    if plan is None:
        return None
    with _in_utf8(path, plan) as plain, ThreadPoolExecutor(1) as meanwhile:
        scan = meanwhile.submit(scan_lines, plain, configuration.source.read.header_row)
        job = Job(connection, plain, configuration, plan, scan, table, core)
        bulk = _plain(job) or _mixed(job)
    if bulk is None:
        job.run("drop")
    return bulk


@contextmanager
def _in_utf8(path: Path, plan: BulkPlan) -> Iterator[Path]:
    if plan.encoding == "utf-8":
        yield path
        return
    with TemporaryDirectory() as folder:
        yield utf8_copy(path, plan.encoding, Path(folder))


def _plain(job: Job) -> Bulk | None:
    """Type a file while it is parsed; None where a row or a key is not plain."""
    try:
        job.read()
        if not job.lines.is_plain or job.has_underscored_number():
            return None
    except (duckdb.ConversionException, duckdb.InvalidInputException):
        return None
    filled = job.check()
    if filled is None or not job.has_single_keys(job.expected):
        return None
    return _bulk(
        job, job.expected, filled, pl.DataFrame(schema=REJECTS), _no_keys(job), _all_single(job)
    )


def _mixed(job: Job) -> Bulk | None:
    """Type the rows that are plain in the database and the others the thorough way."""
    if not job.lines.is_plain:
        return None
    source = job.configuration.source
    schema = ENTITIES[source.entity]
    key = schema.primary_key()
    try:
        count, odd = job.read_texts()
        if count != job.expected or odd > MOST_ODD:
            return None
        texts = job.odd_rows()
        job.type_texts()
    except (duckdb.ConversionException, duckdb.InvalidInputException):
        return None
    finally:
        job.forget_texts()
    typed = typed_rows(texts, job.configuration.rules, schema, zone=job.configuration.zone)
    job.add(typed.rows)
    single = _without_repeated_keys(job, count - odd + typed.rows.height, key)
    if single is None:
        return None
    rows_read = count - (odd - texts.height)
    return _bulk(job, rows_read, job.filled(), typed.rejects, typed.rejected_keys, single)


def _without_repeated_keys(job: Job, rows: int, key: list[str]) -> Deduplicated | None:
    """Keep one row per key; None where too many give way."""
    if job.has_single_keys(rows):
        return _all_single(job)
    schema = ENTITIES[job.configuration.source.entity]
    again = job.repeated_rows(key, schema.column_names())
    if again.height > MOST_ODD:
        return None
    single = last_of_each_key(again.cast(dict(schema.create_empty().schema.items())), key)
    job.remove(again.join(single.rows, on="row_number", how="anti"))
    return single


def _no_keys(job: Job) -> pl.DataFrame:
    schema = ENTITIES[job.configuration.source.entity]
    return pl.DataFrame(schema.create_empty()).select(schema.primary_key())


def _all_single(job: Job) -> Deduplicated:
    row_numbers = pl.lit(None, pl.List(pl.Int64)).alias("row_numbers")
    return Deduplicated(pl.DataFrame(), 0, _no_keys(job).with_columns(row_numbers))


def _bulk(
    job: Job,
    rows_read: int,
    filled: tuple[int, Mapping[str, int]],
    rejects: pl.DataFrame,
    rejected_keys: pl.DataFrame,
    single: Deduplicated,
) -> Bulk:
    rows, by_column = filled
    return Bulk(
        table=job.table,
        columns=job.plan.names,
        encoding=job.plan.encoding,
        is_core=job.core is not None,
        rows_read=rows_read,
        rows=rows,
        filled=by_column,
        rejects=rejects,
        rejected_keys=rejected_keys,
        superseded=single.superseded,
        conflicts=single.conflicts,
    )
