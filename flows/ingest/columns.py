"""The columns of a core table that rows can be written into."""

from collections.abc import Iterable, Mapping

import duckdb

from flows.sql import Identifier, statement
from transforms.tables import ENTITIES


def writable_columns(
    connection: duckdb.DuckDBPyConnection, entity: str, filled: Iterable[Mapping[str, int]]
) -> list[str]:
    """Make room for the columns that files are the first to fill; returns those rows can give.

    A large file leaves the columns that it does not have generated, always null
    (`sql/staging/bulk_table.sql`). `filled` says of each file how many values its columns have.
    """
    files = [*filled]
    query = statement("core", "generated_columns", entity=entity)
    generated: dict[str, str] = dict(connection.execute(query).fetchall())
    for name in [*generated]:
        if any(file.get(name) for file in files):
            place: dict[str, Identifier] = {"table": f"core.{entity}", "column": name}
            connection.execute(statement("core", "drop_column", **place)).fetchall()
            added = statement("core", "add_column", type=generated.pop(name), **place)
            connection.execute(added).fetchall()
    return [name for name in ENTITIES[entity].column_names() if name not in generated]
