"""The working database: one writer, readers beside it, and the past as it was known at T."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from flows.company import Company
from flows.copies import commit_copy, pay_loads
from flows.errors import PlatformError, SettingsError
from flows.lock import WAIT_SECONDS, locked
from flows.sql import statement
from transforms.tables import ENTITIES
from transforms.tables.ops import OPS

SCHEMAS: Final = ("core", "ops", "marts", "review")
META_COLUMNS: Final = (
    "source",
    "row_number",
    "load_number",
    "known_from",
    "known_to",
)
"""What every core table carries after the columns of its class."""


ARRIVING: Final = "core.arriving"
"""Table that the first large file of an entity is typed into; a killed run may leave it."""
_MEMORY: Final = "3GB"
"""What the database takes at most while loading; past it, it works on disk."""


def lock_path(company: Company) -> Path:
    """Name the file that the one writer locks."""
    return company.warehouse.with_name("warehouse.lock")


@contextmanager
def writer(
    company: Company, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, with every schema and table in place.

    Holds the lock until the end, and then leaves a copy for readers (`company.committed`), who
    therefore never wait for a writer nor see half of a run. Raises WarehouseBusy when another
    process writes, PlatformError where the folder may not be written to.
    """
    with locked(lock_path(company), wait_seconds=wait_seconds):
        connection = open_for_writing(company.warehouse)
        try:
            yield connection
            loads = pay_loads(connection)
        finally:
            connection.close()
        commit_copy(company, loads)


@contextmanager
def reader(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse, or a copy of one, for reading only; raises SettingsError if absent."""
    if not path.exists():
        message = f"there is no {path.name} yet"
        raise SettingsError(message, where=str(path.parent), remedy="fupan review")
    connection = _connect(path, read_only=True)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def readers_copy(company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the readers' copy of a company's warehouse, refreshed where the contracts have grown.

    A copy that an earlier version of Fupan left lacks the tables and columns that were added
    since; it is then made anew from the warehouse, as after a load. Raises SettingsError where
    nothing has been loaded yet, or where such a copy has lost its warehouse; WarehouseBusy while
    another process writes.
    """
    with reader(company.committed) as connection:
        if _has_every_column(connection):
            yield connection
            return
    if not company.warehouse.exists():
        message = "the readers' copy was left by an earlier version, and its warehouse is gone"
        raise SettingsError(
            message,
            where=str(company.committed),
            state="the archive of loaded files is untouched",
            remedy=f"put {company.warehouse.name} back, or load all again: fupan review",
        )
    with writer(company):
        pass
    with reader(company.committed) as connection:
        yield connection


def _has_every_column(connection: duckdb.DuckDBPyConnection) -> bool:
    have = set(connection.execute(statement("core", "columns")).fetchall())
    return have.issuperset(
        (layer, name, column)
        for layer, contracts in (("core", ENTITIES), ("ops", OPS))
        for name, contract in contracts.items()
        for column in contract.column_names()
    )


def open_for_writing(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database with every schema and table in place; the caller holds the lock."""
    connection = _connect(path, read_only=False)
    connection.execute(statement("staging", "memory", limit=_MEMORY)).fetchall()
    ensure_tables(connection)
    connection.execute(statement("staging", "drop", table=ARRIVING)).fetchall()
    return connection


def ensure_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the schemas and tables that the contracts name, and add columns they have gained."""
    have: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in connection.execute(statement("core", "columns")).fetchall():
        have.setdefault((schema, table), set()).add(column)
    lacking: dict[tuple[str, str], dict[str, pl.DataType]] = {}
    for layer, contracts in (("core", ENTITIES), ("ops", OPS)):
        for name, contract in contracts.items():
            known = have.get((layer, name), set())
            wanted = {column: each.dtype for column, each in contract.columns().items()}
            if not known.issuperset(wanted):
                lacking[layer, name] = {c: wanted[c] for c in wanted if c not in known}
    connection.execute("begin transaction").fetchall()
    for schema in SCHEMAS:
        connection.execute(statement("core", "schema", schema=schema)).fetchall()
    types = _types(connection, {kind for columns in lacking.values() for kind in columns.values()})
    for (layer, name), kinds in lacking.items():
        table, columns = f"{layer}.{name}", {column: types[kinds[column]] for column in kinds}
        if (layer, name) in have:
            for column, kind in columns.items():
                given = {"table": table, "column": column, "type": kind}
                connection.execute(statement("core", "add_column", **given)).fetchall()
        else:
            connection.execute(statement(layer, "table", table=table, columns=columns)).fetchall()
    connection.execute("commit").fetchall()


def _types(
    connection: duckdb.DuckDBPyConnection, kinds: Iterable[pl.DataType]
) -> dict[pl.DataType, str]:
    """Ask what the database calls the types of columns."""
    schema = {f"column_{number}": kind for number, kind in enumerate(kinds)}
    if not schema:
        return {}
    connection.register("shape", pl.DataFrame(schema=schema))
    found = connection.execute(statement("core", "shape")).fetchall()
    connection.unregister("shape")
    return {schema[column]: kind for column, kind, *_ in found}


def core_table(
    connection: duckdb.DuckDBPyConnection, entity: str, known_at: datetime
) -> pl.DataFrame:
    """Read the rows of an entity as known at an instant, in the order of its key."""
    contract = ENTITIES[entity]
    query = statement(
        "core",
        "rows_as_of",
        entity=entity,
        columns=contract.column_names(),
        key=contract.primary_key(),
    )
    rows: pl.DataFrame = connection.sql(query, params={"known_at": in_utc(known_at)}).pl()
    return rows.cast(contract.create_empty().schema)


def open_as_of(connection: duckdb.DuckDBPyConnection, known_at: datetime) -> None:
    """Make a temporary view for each entity, named after it: its rows as known at an instant.

    The views belong to the connection and replace those of an earlier call; `sql/marts/*.sql`
    reads from them (`account`, `order_line`, …).
    """
    for entity, contract in ENTITIES.items():
        query = statement(
            "core",
            "as_of",
            entity=entity,
            columns=contract.column_names(),
            known_at=in_utc(known_at),
        )
        connection.execute(query).fetchall()


def in_utc(instant: datetime) -> datetime:
    """Turn an instant into what the warehouse stores: UTC without a zone (a naive one is UTC)."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(path, read_only=read_only)
    except duckdb.IOException as error:
        message = f"{path.name} cannot be opened"
        raise PlatformError(
            message,
            where=str(path),
            state=str(error).splitlines()[0],
            remedy="fupan doctor",
        ) from error
    connection.execute("set TimeZone = 'UTC'").fetchall()
    return connection
