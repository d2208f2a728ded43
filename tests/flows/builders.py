"""Tiny literal core tables in an in-memory DuckDB, as the views that `sql/marts/` reads."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from flows.settings import CompanySettings
from transforms.tables import ENTITIES

Row = Mapping[str, Any]


def views(**entities: Sequence[Row]) -> duckdb.DuckDBPyConnection:
    """Put the rows of each entity into a view of its name; entities not given are empty."""
    unknown = set(entities) - set(ENTITIES)
    assert not unknown, f"no such entity: {unknown}"
    connection = duckdb.connect()
    for entity, contract in ENTITIES.items():
        rows = entities.get(entity, [])
        schema = contract.create_empty().schema
        frame = pl.DataFrame(
            [{name: row.get(name) for name in schema} for row in rows], schema=schema
        )
        connection.register(entity, contract.validate(frame))
    return connection


def company(**sections: object) -> CompanySettings:
    """Settings of a company, the given sections changed."""
    return CompanySettings.model_validate({"company": {"name": "示例"}, **sections})
