"""Tiny literal core tables in an in-memory DuckDB, as the views that `sql/marts/` reads."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl

from flows.marts import facts_of_views
from flows.settings import CompanySettings
from transforms.tables import ENTITIES
from transforms.tables.facts import FACTS

Row = Mapping[str, Any]


def views(**entities: Sequence[Row]) -> duckdb.DuckDBPyConnection:
    """Put the rows of each entity into a view of its name; entities not given are empty."""
    unknown = set(entities) - set(ENTITIES)
    assert not unknown, f"no such entity: {unknown}"
    connection = duckdb.connect()
    for entity, contract in ENTITIES.items():
        rows = entities.get(entity)
        if not rows:
            connection.register(entity, contract.create_empty())
            continue
        schema = contract.create_empty().schema
        frame = pl.DataFrame(
            [{name: row.get(name) for name in schema} for row in rows], schema=schema
        )
        connection.register(entity, contract.validate(frame))
    return connection


def company(**sections: object) -> CompanySettings:
    """Settings of a company, the given sections changed."""
    return CompanySettings.model_validate({"company": {"name": "示例"}, **sections})


AS_OF = date(2026, 11, 22)
STAGES: list[dict[str, Any]] = [
    {"name": "线索挖掘", "allowed_days": 10, "win_probability": "0.1"},
    {"name": "方案呈现", "allowed_days": 14, "win_probability": "0.4"},
    {"name": "谈判", "win_probability": "0.6"},
    {"name": "成交", "outcome": "won"},
    {"name": "输单", "outcome": "lost"},
]
TEAMS: list[dict[str, Any]] = [
    {
        "rep_id": "R1",
        "team": "华东一部",
        "region": "华东",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 6, 30),
    },
    {"rep_id": "R1", "team": "华南一部", "region": "华南", "valid_from": date(2026, 7, 1)},
    {
        "rep_id": "R2",
        "team": "华东一部",
        "region": "华东",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 3, 31),
    },
]


class Facts(Mapping[str, pl.DataFrame]):
    """Facts by name, each read when it is asked for."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, settings: CompanySettings, as_of: date
    ) -> None:
        """Remember where they are read from."""
        self._given = connection, settings, as_of

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Read one fact."""
        if name not in FACTS:
            raise KeyError(name)
        return facts_of_views(*self._given, [name])[name].collect()

    def __iter__(self) -> Iterator[str]:
        """Name the facts."""
        return iter(FACTS)

    def __len__(self) -> int:
        """Count them."""
        return len(FACTS)


def facts(
    as_of: date = AS_OF, settings: dict[str, Any] | None = None, **entities: list[dict[str, Any]]
) -> Facts:
    """Every fact of the entities given, up to a day."""
    sections = {"stages": STAGES, **(settings or {})}
    return Facts(views(**entities), company(**sections), as_of)
