"""Core and operations tables as frames."""

from collections.abc import Iterable
from datetime import datetime

import duckdb
import polars as pl

from flows.sql import statement
from flows.warehouse import core_table, in_utc
from transforms.tables import ENTITIES
from transforms.tables.ops import OPS
from transforms.typing.complaints import with_hints


def ops_table(connection: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    """Read a table of operations, by key."""
    contract = OPS[table]
    query = statement(
        "ops", "rows", table=table, columns=contract.column_names(), key=contract.primary_key()
    )
    rows: pl.DataFrame = connection.sql(query).pl()
    return rows.cast(contract.create_empty().schema)


def read_records(
    connection: duckdb.DuckDBPyConnection,
    known_at: datetime,
    entities: Iterable[str] = tuple(ENTITIES),
) -> dict[str, pl.DataFrame]:
    """Core tables as known at an instant, and what was loaded by then, by table name."""
    core = {name: core_table(connection, name, known_at) for name in entities}
    files = ops_table(connection, "file").filter(pl.col("arrived_at") <= in_utc(known_at))
    rejects, profiles = (
        ops_table(connection, name).join(files, on="load_number", how="semi")
        for name in ("reject", "column_profile")
    )
    return core | {
        "file": files,
        "reject": with_hints(rejects),
        "finding": ops_table(connection, "finding"),
        "column_profile": profiles,
    }
