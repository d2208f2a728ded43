"""The finance file: built aside, verified, kept for ever, and a copy renamed into place."""

import hashlib
import json
import os
import shutil
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from flows.company import Company
from flows.edition import Edition
from flows.errors import FupanError, PlatformError
from flows.manifest import Manifest, manifests, review_table
from flows.review import Review
from flows.review_facts import review_facts
from flows.sql import statement
from flows.warehouse import in_utc
from transforms.dictionary import data_dictionary, metric_definitions, published_tables
from transforms.tables import ENTITIES, PAY_ENTITIES
from transforms.tables.customers import SNAPSHOTS
from transforms.tables.facts import FACTS, MODELLED
from transforms.tables.ops import OPS
from transforms.tables.quality import QUALITY
from transforms.tables.review import REVIEW

CURRENT = "finance.duckdb"

_CORE: Final = sorted(ENTITIES.keys() - PAY_ENTITIES)
"""Core tables that are published."""
_FACTS: Final = {f"fact_{name}": name for name in FACTS if name not in MODELLED}
"""Published table to the fact that the warehouse writes into it."""


def publish_finance(company: Company, review: Review, edition: Edition) -> Path:
    """Publish `finance.duckdb` for an edition; nothing is done where that edition already has one.

    Every table of `transforms.dictionary.published_tables` is written, verified against the rows
    it was made from and against the ERP's control totals as reconciled, and described in the
    file itself. Open readers of the old file keep it. Raises PlatformError where the folder
    cannot be written, FupanError where the written file differs from what went in.
    """
    kept = company.published / f"finance-{edition.week.label}-e{edition.number}.duckdb"
    current = company.published / CURRENT
    if kept.exists() and current.exists() and not edition.is_new:
        return current
    frames = _frames(company, review)
    aside = company.published / f".finance.{os.getpid()}.duckdb"
    aside.unlink(missing_ok=True)
    try:
        rows = _write(aside, company, review, frames)
        _verify(aside, rows)
        if not kept.exists():
            shutil.copyfile(aside, kept)
            kept.chmod(0o444)
        moved = _move_stray_wal_aside(current)
        aside.replace(current)
    except OSError as error:
        message = f"the finance file cannot be written: {error.strerror}"
        remedy = "give this user the right to write there, then run the same command again"
        raise PlatformError(message, where=str(company.published), remedy=remedy) from error
    finally:
        aside.unlink(missing_ok=True)
    _write_manifest(company, review, edition, kept, rows, moved)
    return current


def _frames(company: Company, review: Review) -> dict[str, pl.DataFrame]:
    """Every published table; those that the warehouse itself writes are empty."""
    editions = manifests(company)
    published = published_tables()
    frames = {name: pl.DataFrame(schema=published[name]) for name in (*_CORE, *_FACTS)}
    frames |= {f"fact_{name}": review.facts[name].collect() for name in MODELLED}
    frames |= {name: review.records[name] for name in OPS | QUALITY}
    for name in REVIEW:
        held = [manifest for manifest in _latest(editions) if name in manifest.tables]
        frames[name] = _reported(company, held[-1:] if name in SNAPSHOTS else held, name)
    frames["metric_value_reported"] = _reported(company, editions, "metric_value")
    frames["edition"] = _edition_table(editions)
    frames["data_dictionary"] = data_dictionary()
    frames["metric_definition"] = metric_definitions(review.catalogue)
    return {name: _conformed(frames[name], name, columns) for name, columns in published.items()}


def _latest(editions: list[Manifest]) -> list[Manifest]:
    return list({manifest.week: manifest for manifest in editions}.values())


def _reported(company: Company, editions: list[Manifest], name: str) -> pl.DataFrame:
    parts = [
        review_table(company, manifest, name).select(
            pl.lit(manifest.week).alias("week"),
            pl.lit(manifest.edition, dtype=pl.Int64).alias("edition"),
            pl.all(),
        )
        for manifest in editions
        if name in manifest.tables
    ]
    return pl.concat(parts, how="diagonal_relaxed")


def _edition_table(editions: list[Manifest]) -> pl.DataFrame:
    rows = [
        {
            "week": manifest.week,
            "edition": manifest.edition,
            "identity": manifest.identity,
            "known_at": in_utc(manifest.known_at),
            "reason": manifest.reason,
        }
        for manifest in editions
    ]
    return pl.DataFrame(rows, schema_overrides={"known_at": pl.Datetime("us")})


def _conformed(frame: pl.DataFrame, name: str, columns: dict[str, pl.DataType]) -> pl.DataFrame:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        message = f"finance table {name} lacks {', '.join(missing)}"
        raise FupanError(message, remedy="report this: the published contract would be broken")
    return frame.select(pl.col(column).cast(kind) for column, kind in columns.items())


def _write(
    path: Path, company: Company, review: Review, frames: dict[str, pl.DataFrame]
) -> dict[str, int]:
    """Write the tables and what they hold in one transaction; returns the rows of each.

    A thousand transactions would wait a thousand times for the disk.
    """
    with review_facts(company, review.week, review.known_at) as facts:
        connection = facts.connection
        connection.execute(statement("finance", "attach", path=str(path))).fetchall()
        connection.execute("begin transaction").fetchall()
        for name, frame in frames.items():
            connection.register("frame", frame)
            connection.execute(statement("finance", "create_table", table=name)).fetchall()
            connection.unregister("frame")
        rows = {name: frame.height for name, frame in frames.items()}
        rows |= {entity: _write_core(connection, entity, review.known_at) for entity in _CORE}
        rows |= facts.publish({name: table for table, name in _FACTS.items()})
        for row in frames["data_dictionary"].iter_rows(named=True):
            names = {"table": row["table_name"], "text": row["description"].replace("'", "''")}
            column = row["column_name"]
            query = (
                statement("finance", "comment_column", column=column, **names)
                if column
                else statement("finance", "comment_table", **names)
            )
            connection.execute(query).fetchall()
        connection.execute("commit").fetchall()
    return rows


def _write_core(connection: duckdb.DuckDBPyConnection, entity: str, known_at: datetime) -> int:
    contract = ENTITIES[entity]
    query = statement(
        "finance",
        "insert_core",
        entity=entity,
        columns=contract.column_names(),
        key=contract.primary_key(),
    )
    written = connection.execute(query, {"known_at": in_utc(known_at)}).fetchall()
    return int(written[0][0])


def _verify(path: Path, expected: dict[str, int]) -> None:
    with duckdb.connect() as connection:
        connection.execute(statement("finance", "attach", path=str(path))).fetchall()
        queries = {name: statement("finance", "row_counts", table=name) for name in expected}
        counted = {
            name: connection.execute(query).fetchall()[0][0] for name, query in queries.items()
        }
    if counted != expected:
        wrong = sorted(name for name in expected if counted.get(name) != expected[name])
        message = f"the finance file does not hold what went in: {', '.join(wrong)}"
        raise FupanError(message, state="the published file is unchanged", remedy="run it again")


def _move_stray_wal_aside(current: Path) -> str | None:
    """Move away the log a crashed read-write client left: DuckDB would replay it silently."""
    stray = current.with_name(f"{current.name}.wal")
    if not stray.exists():
        return None
    aside = stray.with_name(f"{stray.name}.stray-{stray.stat().st_mtime_ns}")
    stray.rename(aside)
    return aside.name


def _write_manifest(
    company: Company,
    review: Review,
    edition: Edition,
    kept: Path,
    rows: dict[str, int],
    stray_wal: str | None,
) -> None:
    content = {
        "company": company.settings.company.name,
        "week": edition.week.label,
        "edition": edition.number,
        "known_at": review.known_at.isoformat(),
        "file": kept.name,
        "sha256": hashlib.sha256(kept.read_bytes()).hexdigest(),
        "code_version": version("fupan"),
        "rows": rows,
        "unreconciled": review.tables["reconciliation"].filter(pl.col("difference") != 0).height,
        "stray_wal_moved_to": stray_wal,
    }
    path = company.published / "finance.manifest.json"
    aside = path.with_suffix(".aside")
    aside.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")
    aside.replace(path)
