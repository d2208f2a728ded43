"""Large plain files: typed while they are parsed, by the database itself, without Python rows.

What a cell means is said in `transforms/typing/`. This path takes only files of which it is
certain that they mean the same to the database: each column a plain text, ISO day or number, each
row of the file one line, no rule broken, no key twice. Whatever is not certain is `None`, and the
file is read the thorough way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from flows.ingest.bulk_plan import BulkPlan, bulk_plan
from flows.ingest.configuration import Configuration
from flows.ingest.scan import Lines, scan_lines
from flows.settings import SourceSettings
from flows.sql import statement
from transforms.tables import ENTITIES


@dataclass(frozen=True)
class CoreRows:
    """Set where the rows will be the whole core table: what every row of it carries."""

    source: str
    file_id: str
    load_number: int
    known_at: datetime


@dataclass(frozen=True)
class Bulk:
    """A file whose rows stand typed in `table`: the entity's columns and row_number."""

    table: str
    rows: int
    filled: Mapping[str, int]
    columns: tuple[str, ...]
    """Columns of the export."""
    is_core: bool = False
    """Whether the table can take the place of the core table."""


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
    lines = scan_lines(path, configuration.source.read.header_row) if plan is not None else None
    if plan is None or lines is None or not lines.is_plain:
        return None
    if lines.has_underscore and _has_underscored_number(
        connection, path, configuration.source, plan
    ):
        return None
    try:
        _read(connection, path, configuration.source, plan, table, core)
        bulk = _checked(connection, plan, table, lines, configuration.source)
        bulk = bulk and replace(bulk, is_core=core is not None)
    except (duckdb.ConversionException, duckdb.InvalidInputException):
        bulk = None
    if bulk is None:
        connection.execute(statement("staging", "drop", table=table)).fetchall()
    return bulk


def _read(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    source: SourceSettings,
    plan: BulkPlan,
    table: str,
    core: CoreRows | None,
) -> None:
    """Fill the table and number its rows."""
    used = [column.origin for column in plan.columns]
    types = {f"c{position}": "varchar" for position in range(1, len(plan.names) + 1)}
    types |= {
        column.origin: column.type
        for column in plan.columns
        if column.origin and used.count(column.origin) == 1
    }
    query = statement(
        "staging",
        "bulk_read",
        table=table,
        columns=plan.columns,
        is_core=core is not None,
        date_format=plan.date_format,
        file_types=", ".join(f"{name}: '{kind}'" for name, kind in types.items()),
    )
    parameters = _dialect(path, source, plan) | {
        name: value for name, value in plan.values.items() if name.startswith("k_")
    }
    parameters |= {"date_format": plan.date_format} if plan.date_format else {}
    parameters |= vars(core) if core is not None else {}
    connection.execute("begin transaction").fetchall()
    try:
        connection.execute(query, parameters).fetchall()
        first = {"first": source.read.first_row}
        connection.execute(statement("staging", "bulk_number", table=table), first).fetchall()
        connection.execute("commit").fetchall()
    except BaseException:
        connection.execute("rollback").fetchall()
        raise


def _dialect(path: Path, source: SourceSettings, plan: BulkPlan) -> dict[str, object]:
    rules = source.columns.values()
    nulls = next((rule.nulls for rule in rules if rule.source is not None), ())
    return {
        "path": str(path),
        "delimiter": plan.delimiter,
        "quote": source.read.quote,
        "nulls": ["", *nulls],
        "header": bool(source.read.header_row),
        "skip": max(source.read.header_row - 1, 0),
    }


def _has_underscored_number(
    connection: duckdb.DuckDBPyConnection, path: Path, source: SourceSettings, plan: BulkPlan
) -> bool:
    """Tell whether a number is written 1_000: a thousand to the database, no number to people."""
    numbers = [
        column.origin for column in plan.columns if column.kind == "number" and column.origin
    ]
    types = ", ".join(f"c{position}: 'varchar'" for position in range(1, len(plan.names) + 1))
    query = statement("staging", "bulk_underscores", columns=numbers, file_types=types)
    try:
        found = connection.execute(query, _dialect(path, source, plan)).fetchall()
    except duckdb.InvalidInputException:
        return True
    return bool(found[0][0])


def _checked(
    connection: duckdb.DuckDBPyConnection,
    plan: BulkPlan,
    table: str,
    lines: Lines,
    source: SourceSettings,
) -> Bulk | None:
    """Count what stands in the table; None where a row is not what the contract asks for."""
    blanks = {f"b{position}": blank for position, blank in enumerate(lines.blanks)}
    values: dict[str, object] = blanks | {
        name: value for name, value in plan.values.items() if not name.startswith("k_")
    }
    query = statement(
        "staging", "bulk_check", table=table, columns=plan.columns, blanks=list(blanks)
    )
    rows, *filled, odd = connection.execute(query, values).fetchall()[0]
    if odd or rows != lines.count - source.read.first_row + 1:
        return None
    key = ENTITIES[source.entity].primary_key()
    query = statement("staging", "bulk_keys", table=table, key=key)
    if connection.execute(query).fetchall()[0][0] != rows:
        return None
    names = (column.name for column in plan.columns)
    return Bulk(table, rows, dict(zip(names, filled, strict=True)), plan.names)
