"""One batch of a source into its core table, in one transaction (slowly changing, by key)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from flows.errors import FupanError
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

    `newer` holds the keys of files that were loaded before and are newer: their rows stand.
    """

    entry: Entry
    content: Evaluation
    newer: tuple[pl.DataFrame, ...] = ()


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
        files = []
        for position, loading in enumerate(loadings):
            later = loadings[position + 1 :] if loading.entry.is_reload else ()
            row, others = _load(connection, entity, loading, later)
            files.append(row)
            found.append(others)
        if loadings[-1].entry.closes_missing:
            keys = [*(loading.content.keys for loading in loadings), *beside]
            files[-1]["versions_closed"] += _close_missing(connection, entity, loadings[-1], keys)
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
) -> tuple[dict[str, Any], pl.DataFrame]:
    entry, content = loading.entry, loading.content
    schema = ENTITIES[entity]
    key, columns = schema.primary_key(), schema.column_names()
    rows = content.rows
    for keys in [*(other.content.keys for other in later), *loading.newer]:
        rows = rows.join(keys, on=key, how="anti", maintain_order="left")
    connection.register("typed", rows)
    connection.execute(statement("staging", "staged")).fetchall()
    connection.unregister("typed")
    names: dict[str, Identifier] = {"entity": entity, "key": key}
    business = [name for name in columns if name not in key]
    connection.execute(statement("staging", "changed", content=business, **names)).fetchall()
    others = _key_of_another_source(connection, entry, statement("ops", "other_sources", **names))
    known_at = {"known_at": in_utc(entry.arrived_at)}
    closed = _count(connection, statement("core", "close_replaced", **names), known_at)
    meta = {"source": entry.source, "file_id": entry.file_id, "load_number": entry.number}
    opening = statement("core", "open_version", entity=entity, columns=columns)
    opened = _count(connection, opening, known_at | meta)
    rejects = content.rejects.with_columns(pl.lit(entry.number).alias("load_number"))
    _add(connection, "reject", rejects)
    file: dict[str, Any] = {
        "load_number": entry.number,
        "source": entry.source,
        "entity": entity,
        "file_name": entry.file_name,
        "file_id": entry.file_id,
        "arrived_at": in_utc(entry.arrived_at),
        "rows_read": content.rows_read,
        "rows_opened": opened,
        "rows_unchanged": rows.height - opened,
        "rows_rejected": content.rejected,
        "rows_superseded": content.superseded + content.rows.height - rows.height,
        "rows_deleting": 0,
        "versions_closed": closed,
    }
    _conserve(file)
    return file, others


def _conserve(file: Mapping[str, Any]) -> None:
    """Hold the law: rows read = opened + unchanged + rejected + superseded + deleting."""
    parts = (
        "rows_opened",
        "rows_unchanged",
        "rows_rejected",
        "rows_superseded",
        "rows_deleting",
    )
    counts = {name: file[name] for name in (*parts, "rows_read")}
    if file["rows_read"] != sum(file[name] for name in parts):
        message = f"{file['file_name']} does not add up: {counts}"
        raise FupanError(
            message,
            state="the load was undone; the warehouse stands as before",
            remedy="report this with the file: rows must never get lost",
        )


def _close_missing(
    connection: duckdb.DuckDBPyConnection,
    entity: str,
    last: Loading,
    keys: Sequence[pl.DataFrame],
) -> int:
    connection.register("present", pl.concat(keys).unique())
    query = statement("core", "close_missing", entity=entity, key=ENTITIES[entity].primary_key())
    values = {"known_at": in_utc(last.entry.arrived_at), "source": last.entry.source}
    closed = _count(connection, query, values)
    connection.unregister("present")
    return closed


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
        [(loading.entry.source, rule, value, rows, None, message) for value in values],
        schema=FINDING,
        orient="row",
    )


def _add(connection: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    connection.register("arriving", rows)
    connection.execute(statement("ops", "add_rows", table=table)).fetchall()
    connection.unregister("arriving")


def _count(connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object]) -> int:
    return int(connection.execute(query, dict(values)).fetchall()[0][0])
