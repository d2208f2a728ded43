"""One file read and typed, without anything being written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from flows.errors import ColumnsChanged, FileUnreadable, nearest
from flows.ingest.bulk import Bulk, read_in_bulk
from flows.ingest.bulk_job import CoreRows
from flows.ingest.configuration import Configuration
from flows.readers import Reading, read_rows
from flows.settings.source import TombstoneSettings
from flows.sql import statement
from transforms.tables import ENTITIES
from transforms.tables.columns import MONEY
from transforms.tables.ops import OPS
from transforms.typing import (
    CONTENT_KEY,
    REJECTS,
    last_of_each_key,
    needed_columns,
    typed_rows,
)

FINDING: Final = OPS["finding"].create_empty().schema
MORE: Final = "…"
"""What stands for all values of a rule that are not named."""
_SHOWN_CONFLICTS: Final = 50
_SHOWN_ROWS: Final = 10


@dataclass(frozen=True)
class Evaluation:
    """What is in one file: `rows_read` = typed rows + rejected + superseded + deleting.

    The typed rows are `rows`, or, of a large plain file, stand in the table of `bulk`; then the
    frames are empty.
    """

    rows: pl.DataFrame
    rejects: pl.DataFrame
    keys: pl.DataFrame
    """Every key that is in the file, those of rejected rows among them."""
    findings: pl.DataFrame
    columns: tuple[str, ...]
    encoding: str
    rows_read: int
    rejected: int
    superseded: int
    deleted: pl.DataFrame
    """Keys of the rows that say that their record was deleted."""
    deleting: int = 0
    bulk: Bulk | None = None

    @property
    def typed(self) -> int:
        """How many rows were typed, one for each key."""
        return self.bulk.rows if self.bulk is not None else self.rows.height

    @property
    def filled(self) -> dict[str, int]:
        """How many of the typed rows have a value, by column of the entity."""
        if self.bulk is not None:
            return dict(self.bulk.filled)
        business = self.rows.drop("row_number")
        return {name: business.height - business[name].null_count() for name in business.columns}


@dataclass(frozen=True)
class Into:
    """Where a large plain file may be typed: a table of a database, or `core` itself."""

    connection: duckdb.DuckDBPyConnection
    table: str
    core: CoreRows | None = None


def evaluate(
    path: Path, name: str, configuration: Configuration, into: Into | None = None
) -> Evaluation:
    """Read and type a file; raises FileUnreadable or ColumnsChanged.

    Only with `into` is anything written: the rows of a large plain file, into its table.
    """
    source = configuration.source
    schema = ENTITIES[source.entity]
    key = schema.primary_key()
    if into is not None:
        bulk = read_in_bulk(into.connection, path, configuration, into.table, into.core)
        if bulk is not None:
            return _of_bulk(bulk, name, configuration)
    reading = read_rows(path, source)
    rules = configuration.rules
    needed = needed_columns(rules)
    if source.tombstone is not None:
        needed = [*needed, source.tombstone.column]
    _require_columns(reading, needed, name, path, source.read.header_row)
    texts = reading.rows
    if any(rule.is_content_key for rule in rules.values()):
        texts = _with_content_key(texts, reading.columns)
    texts, tombstones = _parted(texts, source.tombstone)
    typed = typed_rows(texts, rules, schema, zone=configuration.zone, allowed=configuration.allowed)
    deleting = _deleting(tombstones, configuration, typed.rows)
    single = last_of_each_key(typed.rows, key)
    malformed = reading.malformed.select(
        "row_number", "rule", pl.lit(None, pl.String).alias("column"), "value", "message", "hint"
    ).cast(dict(REJECTS.items()))
    rejects = pl.concat([typed.rejects, malformed]).sort("row_number", "rule")
    return Evaluation(
        rows=single.rows,
        rejects=rejects,
        keys=pl.concat([single.rows.select(key), typed.rejected_keys]).unique(),
        findings=_duplicate_keys(single.conflicts, name, key),
        columns=tuple(reading.columns),
        encoding=reading.encoding,
        rows_read=reading.rows_read,
        rejected=rejects.get_column("row_number").n_unique(),
        superseded=single.superseded,
        deleted=deleting,
        deleting=tombstones.height,
    )


def _of_bulk(bulk: Bulk, name: str, configuration: Configuration) -> Evaluation:
    """Describe a file whose rows stand in the database."""
    schema = ENTITIES[configuration.source.entity]
    key = schema.primary_key()
    rows = pl.DataFrame(schema.create_empty()).with_columns(row_number=pl.lit(None, pl.Int64))
    return Evaluation(
        rows=rows,
        rejects=bulk.rejects,
        keys=bulk.rejected_keys,
        findings=_duplicate_keys(bulk.conflicts, name, key),
        columns=bulk.columns,
        encoding=bulk.encoding,
        rows_read=bulk.rows_read,
        rejected=bulk.rejects.get_column("row_number").n_unique(),
        superseded=bulk.superseded,
        deleted=rows.select(key),
        bulk=bulk,
    )


def _parted(
    texts: pl.DataFrame, tombstone: TombstoneSettings | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the rows into those of records and those that say that a record was deleted."""
    if tombstone is None:
        return texts, texts.clear()
    says_so = pl.col(tombstone.column).str.strip_chars().is_in(list(tombstone.values))
    says_so = says_so.fill_null(value=False)
    return texts.filter(~says_so), texts.filter(says_so)


def _deleting(
    tombstones: pl.DataFrame, configuration: Configuration, living: pl.DataFrame
) -> pl.DataFrame:
    """Read the keys of deleted records; one that a row of the file still has is not deleted."""
    schema = ENTITIES[configuration.source.entity]
    key = schema.primary_key()
    if tombstones.is_empty():
        return living.select(key).clear()
    found = typed_rows(tombstones, configuration.rules, schema, zone=configuration.zone)
    keys = pl.concat([found.rows.select(key), found.rejected_keys]).unique()
    return keys.join(living, on=key, how="anti")


def _with_content_key(texts: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    plain = {name: f"cell_{position}" for position, name in enumerate(sorted(columns), 1)}
    with duckdb.connect() as connection:
        connection.register("texts", texts.select("row_number", *plain).rename(plain))
        query = statement("staging", "content_key", columns=list(plain.values()))
        keys: pl.DataFrame = connection.sql(query).pl()
    return texts.join(
        keys.rename({"content_key": CONTENT_KEY}), on="row_number", maintain_order="left"
    )


def _require_columns(
    reading: Reading, needed: list[str], name: str, path: Path, header_row: int
) -> None:
    if not reading.rows.height and not reading.malformed.height and not reading.columns:
        message = f"{path.name} has neither header nor rows"
        raise FileUnreadable(message, where=str(path), remedy="export it again")
    missing = [column for column in needed if column not in reading.columns]
    if not missing:
        return
    moved = [
        position
        for position, cells in enumerate(reading.preview, 1)
        if position != header_row and set(needed) <= {" ".join(cell.split()) for cell in cells}
    ]
    lines = "".join(f"\n  {column}: {nearest(column, reading.columns)}" for column in missing)
    if moved:
        remedy = (
            f"the header stands in row {moved[0]}: set header_row = {moved[0]} under [read] in "
            f"sources/{name}.toml, or export without the rows above it"
        )
    else:
        remedy = f"change the column's source in sources/{name}.toml, then `fupan check`"
    message = f"{path.name} lacks {len(missing)} column(s) that {name} reads:{lines}"
    raise ColumnsChanged(
        message,
        where=f"{path}, row {header_row}",
        state="nothing of it was loaded; earlier loads stand",
        remedy=remedy,
    )


def _duplicate_keys(conflicts: pl.DataFrame, name: str, key: list[str]) -> pl.DataFrame:
    """Name the keys whose rows differ; from the 51st on they are counted together."""
    found = conflicts.select(
        pl.concat_str([pl.col(column).cast(pl.String) for column in key], separator=" / ").alias(
            "value"
        ),
        pl.col("row_numbers").list.len().cast(pl.Int64).alias("rows"),
        pl.col("row_numbers").list.head(_SHOWN_ROWS).cast(pl.List(pl.String)).list.join(", "),
    )
    shown = found.head(_SHOWN_CONFLICTS).select(
        "value",
        "rows",
        pl.format(
            "同一主键在第 {} 行内容不同，只保留最后一行 / the key stands in rows {} with different "
            "content; the last one was kept",
            "row_numbers",
            "row_numbers",
        ).alias("message"),
        pl.col("row_numbers").alias("hint"),
    )
    rest = found.slice(_SHOWN_CONFLICTS)
    if rest.height:
        message = f"另有 {rest.height} 个重复主键 / {rest.height} more keys with different content"
        more = pl.DataFrame(
            {
                "value": [MORE],
                "rows": [rest["rows"].sum()],
                "message": [message],
                "hint": [str(rest.height)],
            }
        )
        shown = pl.concat([shown, more])
    return shown.select(
        pl.lit(name).alias("source"),
        pl.lit("duplicate_key").alias("rule"),
        "value",
        "rows",
        pl.lit(None, MONEY).alias("amount"),
        "message",
        "hint",
    ).cast(dict(FINDING.items()))
