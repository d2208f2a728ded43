"""One batch of a source into its core table, in one transaction (slowly changing, by key)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from flows.ingest.bulk import Bulk
from flows.ingest.columns import writable_columns
from flows.ingest.conservation import conserve
from flows.ingest.evaluate import FINDING, Evaluation
from flows.ingest.journal import Entry
from flows.sql import Identifier, statement
from flows.warehouse import in_utc
from transforms.tables import ENTITIES
from transforms.tables.ops import OPS

FILE_RULES = ("duplicate_key", "key_of_another_source", "no_rows", "unmapped_column")
"""Findings about the newest file of a source; those of an earlier one are dropped."""

_TWO_SOURCES = (
    "{count} 个主键原来来自 {other}，例如 {example} / {count} keys, such as {example}, were filled "
    "by {other}: let one source alone fill them"
)


@dataclass(frozen=True)
class Loading:
    """One file about to be loaded: its line of the journal and its content.

    `newer` are files that were loaded before and are newer: what they say of a key stands.
    `repaired` are the rows of the file in whose place a repaired one is known.
    """

    entry: Entry
    content: Evaluation
    newer: tuple[Evaluation, ...] = ()
    repaired: tuple[int, ...] = ()


def load_batch(
    connection: duckdb.DuckDBPyConnection,
    entity: str,
    loadings: Sequence[Loading],
    beside: Sequence[pl.DataFrame] = (),
    *,
    earlier_columns: Sequence[str] = (),
    before_commit: Callable[[], None] = lambda: None,
) -> None:
    """Load the files of one source of one run; all of them or, after an error, none.

    A row that differs from the current version of its key ends that version and opens a new one.
    The files of a snapshot are one snapshot together, with those `beside` it (keys of files that
    were loaded before): what none of them has is closed. A rejected row keeps the version that
    its key has. In a reload a key counts in its latest file alone. `before_commit` is called when
    all is written and checked. Raises FupanError if a row would be lost.
    """
    connection.execute("begin transaction").fetchall()
    try:
        source = loadings[0].entry.source
        rules = {"rules": list(FILE_RULES), "source": source}
        if not loadings[0].entry.repair:
            connection.execute(statement("ops", "drop_findings"), rules).fetchall()
        found = [loading.content.findings for loading in loadings]
        files: list[dict[str, Any]] = []
        known = _known(connection, entity, source)
        columns = writable_columns(connection, entity, [each.content.filled for each in loadings])
        for position, loading in enumerate(loadings):
            later = loadings[position + 1 :] if loading.entry.is_reload else ()
            row, others = _load(connection, entity, loading, later, columns)
            files.append(row)
            found.append(others)
        is_alone = len(loadings) == 1 and found[-1].is_empty()
        matched = files[-1]["rows_unchanged"] + files[-1]["versions_closed"]
        if loadings[-1].entry.closes_missing and not (is_alone and matched == known):
            closed = _close_missing(connection, entity, loadings, beside)
            files[-1]["versions_closed"] += closed
        _add(connection, "file", pl.DataFrame(files, schema=OPS["file"].create_empty().schema))
        found.append(_new_columns(loadings[-1], earlier_columns))
        found.append(_no_rows(loadings))
        findings = pl.concat(found).unique(["source", "rule", "value"], maintain_order=True)
        _add(connection, "finding", findings)
        before_commit()
        connection.execute("commit").fetchall()
    except BaseException:
        connection.execute("rollback").fetchall()
        raise


def _load(
    connection: duckdb.DuckDBPyConnection,
    entity: str,
    loading: Loading,
    later: Sequence[Loading],
    columns: Sequence[str],
) -> tuple[dict[str, Any], pl.DataFrame]:
    entry, content = loading.entry, loading.content
    known_at = {"known_at": in_utc(entry.arrived_at)}
    if content.bulk is not None and content.bulk.is_core:
        _adopt(connection, entity, content.bulk)
        staged = opened = content.typed
        closed, others = 0, pl.DataFrame(schema=FINDING)
    else:
        staged = _stage(connection, entity, loading, later)
        opened, closed, others = _open(connection, entity, entry, columns)
    closed += _close_deleted(connection, entity, loading)
    rejects = content.rejects.with_columns(pl.lit(entry.number).alias("load_number"))
    _add(connection, "reject", rejects)
    _add(connection, "column_profile", _profile(loading))
    file: dict[str, Any] = {
        "load_number": entry.number,
        "source": entry.source,
        "entity": entity,
        "file_name": entry.file_name,
        "file_id": entry.file_id,
        "arrived_at": known_at["known_at"],
        "stated_on": entry.stated_on,
        "rows_read": content.rows_read,
        "rows_opened": opened,
        "rows_unchanged": staged - opened,
        "rows_rejected": content.rejected,
        "rows_superseded": content.superseded + content.typed - staged,
        "rows_deleting": content.deleting,
        "versions_closed": closed,
    }
    conserve(file)
    return file, others


def _adopt(connection: duckdb.DuckDBPyConnection, entity: str, bulk: Bulk) -> None:
    """Let the table that a file was typed into take the place of the empty core table."""
    core = f"core.{entity}"
    connection.execute(statement("staging", "drop", table=core)).fetchall()
    connection.execute(statement("core", "rename", table=bulk.table, entity=entity)).fetchall()


def _stage(
    connection: duckdb.DuckDBPyConnection,
    entity: str,
    loading: Loading,
    later: Sequence[Loading],
) -> int:
    """Put the typed rows where set-based steps can reach them; returns how many there are."""
    content = loading.content
    if content.bulk is not None:
        query = statement("staging", "staged_in_bulk", table=content.bulk.table)
        connection.execute(query).fetchall()
        return content.typed
    rows, key = content.rows, ENTITIES[entity].primary_key()
    for keys in [*(other.content.keys for other in later), *_said_since(loading)]:
        rows = rows.join(keys, on=key, how="anti", maintain_order="left")
    rows = rows.filter(~pl.col("row_number").is_in(loading.repaired))
    connection.register("typed", rows)
    connection.execute(statement("staging", "staged")).fetchall()
    connection.unregister("typed")
    return rows.height


def _open(
    connection: duckdb.DuckDBPyConnection, entity: str, entry: Entry, columns: Sequence[str]
) -> tuple[int, int, pl.DataFrame]:
    """Open a version for what is new or differs; returns how many were opened and closed."""
    key = ENTITIES[entity].primary_key()
    names: dict[str, Identifier] = {"entity": entity, "key": key}
    business = [name for name in ENTITIES[entity].column_names() if name not in key]
    connection.execute(statement("staging", "changed", content=business, **names)).fetchall()
    others = _key_of_another_source(connection, entry, statement("ops", "other_sources", **names))
    known_at = {"known_at": in_utc(entry.arrived_at)}
    closed = _count(connection, statement("core", "close_replaced", **names), known_at)
    meta = {"source": entry.source, "load_number": entry.number}
    opening = statement("core", "open_version", entity=entity, columns=columns)
    return _count(connection, opening, known_at | meta), closed, others


def _said_since(loading: Loading) -> list[pl.DataFrame]:
    """The keys of which newer files say something, and be it that the record was deleted."""
    return [keys for other in loading.newer for keys in (other.keys, other.deleted)]


def _close_deleted(connection: duckdb.DuckDBPyConnection, entity: str, loading: Loading) -> int:
    """End the versions of the records that the file says were deleted."""
    keys, entry = loading.content.deleted, loading.entry
    for since in _said_since(loading):
        keys = keys.join(since, on=keys.columns, how="anti")
    if keys.is_empty():
        return 0
    connection.register("deleted", keys)
    query = statement("core", "close_deleted", entity=entity, key=ENTITIES[entity].primary_key())
    values = {"known_at": in_utc(entry.arrived_at), "source": entry.source}
    closed = _count(connection, query, values)
    connection.unregister("deleted")
    return closed


def _profile(loading: Loading) -> pl.DataFrame:
    """How full each column of the typed rows is."""
    content = loading.content
    return pl.DataFrame(
        [
            (loading.entry.number, column, content.typed, filled)
            for column, filled in content.filled.items()
        ],
        schema=OPS["column_profile"].create_empty().schema,
        orient="row",
    )


def _known(connection: duckdb.DuckDBPyConnection, entity: str, source: str) -> int:
    """Count the versions of a source that are current."""
    return _count(connection, statement("core", "current_count", entity=entity), {"source": source})


def _close_missing(
    connection: duckdb.DuckDBPyConnection,
    entity: str,
    loadings: Sequence[Loading],
    beside: Sequence[pl.DataFrame],
) -> int:
    """End the versions of keys that none of the files has."""
    key, last = ENTITIES[entity].primary_key(), loadings[-1].entry
    keys = [*(loading.content.keys for loading in loadings), *beside]
    tables = [loading.content.bulk.table for loading in loadings if loading.content.bulk]
    connection.register("listed", pl.concat(keys).unique())
    connection.execute(statement("staging", "present", key=key, tables=tables)).fetchall()
    connection.unregister("listed")
    query = statement("core", "close_missing", entity=entity, key=key)
    values = {"known_at": in_utc(last.arrived_at), "source": last.source}
    return _count(connection, query, values)


def _key_of_another_source(
    connection: duckdb.DuckDBPyConnection, entry: Entry, query: str
) -> pl.DataFrame:
    rows = connection.execute(query, {"source": entry.source}).fetchall()
    return pl.DataFrame(
        [
            (
                entry.source,
                "key_of_another_source",
                other,
                count,
                None,
                _TWO_SOURCES.format(other=other, count=count, example=example),
                str(example),
            )
            for other, count, example in rows
        ],
        schema=FINDING,
        orient="row",
    )


def _new_columns(loading: Loading, earlier: Sequence[str]) -> pl.DataFrame:
    """Name the export columns that the file before did not have; a first file has none."""
    names = [name for name in loading.content.columns if earlier and name not in earlier]
    message = "导出里多了一列，没有使用 / a column that is new in the export; nothing reads it"
    return _findings(loading, "unmapped_column", names, message)


def _no_rows(loadings: Sequence[Loading]) -> pl.DataFrame:
    empty = [loading.entry.file_name for loading in loadings if not loading.content.rows_read]
    message = "文件只有表头，没有数据 / the file has a header and no row"
    return _findings(loadings[-1], "no_rows", empty, message)


def _findings(loading: Loading, rule: str, values: Sequence[str], message: str) -> pl.DataFrame:
    rows = loading.content.rows_read
    return pl.DataFrame(
        [(loading.entry.source, rule, value, rows, None, message, None) for value in values],
        schema=FINDING,
        orient="row",
    )


def _add(connection: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    connection.register("arriving", rows)
    connection.execute(statement("ops", "add_rows", table=table)).fetchall()
    connection.unregister("arriving")


def _count(connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object]) -> int:
    return int(connection.execute(query, dict(values)).fetchall()[0][0])
