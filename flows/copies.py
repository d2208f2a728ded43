"""The copies of the warehouse that readers open; what shows pay goes into a copy of its own."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from flows.company import Company
from flows.errors import PlatformError
from flows.sql import statement
from transforms.tables import PAY_ENTITIES

_PAY_TABLES = frozenset(f"core.{entity}" for entity in PAY_ENTITIES)
_CUT = {"ops.reject": ("copy_reject", 0), "ops.finding": ("copy_finding", 1)}
"""Tables of operations that quote what stood in a file: their statement, and what it is told of
the loads of pay, their numbers or their sources."""
_TOLD = ("loads", "sources")


def commit_copy(company: Company, loads: list[tuple[int, str]]) -> None:
    """Replace the readers' copy of the warehouse; whoever has the old one open keeps it.

    `loads` are those that brought pay (`pay_loads`).
    Where wages were ever taken in, the readers' copy is written table by table without them (a
    deleted row would still be in the pages of a copied file), and a second copy, of pay alone,
    goes into a folder that only its owner may open.
    """
    aside = company.committed.with_name(f".{company.committed.name}.{os.getpid()}")
    try:
        aside.parent.mkdir(parents=True, exist_ok=True)
        if loads:
            _copy_without_pay(company.warehouse, aside, loads)
            _copy_pay(company)
        else:
            shutil.copyfile(company.warehouse, aside)
        aside.replace(company.committed)
    except OSError as error:
        message = f"the copy of the warehouse for readers cannot be written: {error.strerror}"
        remedy = "give this user the right to write there, then run the same command again"
        raise PlatformError(
            message, where=str(aside.parent), state="what was loaded is safe", remedy=remedy
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may open, and everything above it up to `pay`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def pay_loads(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """Number and source of every load of a warehouse that brought pay."""
    query = statement("core", "pay_loads")
    return connection.execute(query, {"entities": sorted(PAY_ENTITIES)}).fetchall()


def _copy_without_pay(warehouse: Path, aside: Path, loads: list[tuple[int, str]]) -> None:
    aside.unlink(missing_ok=True)
    with _both(warehouse, aside) as connection:
        for table in _tables(connection):
            if table in _CUT:
                name, side = _CUT[table]
                told = {_TOLD[side]: [load[side] for load in loads]}
                connection.execute(statement("core", name), told).fetchall()
            else:
                name = "copy_empty" if table in _PAY_TABLES else "copy_table"
                connection.execute(statement("core", name, table=table)).fetchall()


def _copy_pay(company: Company) -> None:
    private_folder(company.pay)
    aside = company.wages.with_name(f".{company.wages.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    try:
        with _both(company.warehouse, aside) as connection:
            for table in _tables(connection):
                name = "copy_table" if table in _PAY_TABLES else "copy_empty"
                connection.execute(statement("core", name, table=table)).fetchall()
        aside.chmod(0o600)
        aside.replace(company.wages)
    finally:
        aside.unlink(missing_ok=True)


def _both(warehouse: Path, aside: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(statement("core", "attach_source", path=_literal(warehouse))).fetchall()
    connection.execute(statement("core", "attach_copy", path=_literal(aside))).fetchall()
    return connection


def _tables(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    """The tables of the warehouse, after making their schemas in the copy."""
    found = connection.execute(statement("core", "source_tables")).fetchall()
    for schema in dict.fromkeys(schema for schema, _ in found):
        connection.execute(statement("core", "copy_schema", schema=schema)).fetchall()
    return [f"{schema}.{table}" for schema, table in found]


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")
