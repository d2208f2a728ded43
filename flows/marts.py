"""Facts with their scopes attached, read from the warehouse as known at an instant."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

import duckdb
import polars as pl

from flows.mart_terms import given_tables, query_terms
from flows.settings import CompanySettings
from flows.sql import statement
from flows.warehouse import open_as_of
from transforms.parameters import ReviewWeek
from transforms.scopes import SCOPE_COLUMNS, UNASSIGNED
from transforms.tables import ENTITIES
from transforms.tables.columns import NUMBER
from transforms.tables.facts import FACTS, MODELLED

Columns = Mapping[str, Sequence[str]]
"""Fact to the columns of it that are read."""

_STAGE: Final = pl.Schema(
    {
        "name": pl.String(),
        "outcome": pl.String(),
        "position": pl.Int64(),
        "allowed_days": pl.Int64(),
        "win_probability": NUMBER,
    }
)

_NAMES: Final = ("region", "team", "rep_id", "owner_rep_id", "product_line", "channel")
"""Columns of core tables from which the scopes of facts come."""
_NAMED: Final = [
    (entity, name)
    for entity, contract in ENTITIES.items()
    for name in contract.column_names()
    if name in _NAMES
]


def read_facts(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    known_at: datetime,
    week: ReviewWeek,
) -> dict[str, pl.LazyFrame]:
    """Read every fact up to the last day of the reviewed week, as known at an instant.

    Fact name to a frame that conforms to its contract (`transforms.tables.facts.FACTS`). Where a
    company keeps no orders or no contracts, won opportunities stand for them (`settings.sales`).
    """
    open_as_of(connection, known_at)
    return facts_of_views(connection, settings, week.ends_on)


def facts_of_views(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    as_of: date,
    names: Sequence[str] = tuple(FACTS),
) -> dict[str, pl.LazyFrame]:
    """Read facts, every one unless some are named, up to a day from the views of the entities."""
    return _read(connection, settings, as_of, names)


def measured_facts(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    as_of: date,
    columns: Columns,
) -> dict[str, pl.LazyFrame]:
    """Read what measures need: of the facts named only some columns, and the scopes.

    The scopes are values of one enumeration, so that facts of many rows take little room.
    """
    _name_scopes(connection)
    names = [fact for fact in FACTS if fact in columns]
    return _read(connection, settings, as_of, names, columns)


def regrouped_facts(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    as_of: date,
    columns: Columns,
    reps: pl.DataFrame,
) -> dict[str, pl.LazyFrame]:
    """Read the facts of some reps as `measured_facts` does, as organised on the as-of date (D-29).

    `reps` has rep_id. Team and region are those that the rep's assignment of the as-of date names,
    whatever day a fact has.
    """
    _name_scopes(connection)
    names = [fact for fact in FACTS if fact in columns]
    connection.register("regrouped_rep", reps.select("rep_id"))
    found = _read(connection, settings, as_of, names, columns, is_regrouped=True)
    connection.unregister("regrouped_rep")
    return found


def _name_scopes(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the type `scope_name` of every name that a scope can have."""
    connection.register("unassigned", pl.DataFrame({"name": [UNASSIGNED]}))
    connection.execute(statement("marts", "scope_names", columns=_NAMED)).fetchall()
    connection.unregister("unassigned")


def open_deals_on(
    connection: duckdb.DuckDBPyConnection, settings: CompanySettings, day: date
) -> pl.LazyFrame:
    """Read the fact `open_deal` as of another day, from the views named after the entities."""
    return _read(connection, settings, day, ["open_deal"])["open_deal"]


def _read(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    as_of: date,
    names: Sequence[str],
    columns: Columns | None = None,
    *,
    is_regrouped: bool = False,
) -> dict[str, pl.LazyFrame]:
    given = {"pipeline_stage": _stages(settings), **given_tables(connection, settings, as_of)}
    for name, frame in given.items():
        connection.register(name, frame)
    parameters = [as_of, UNASSIGNED]
    facts: dict[str, pl.LazyFrame] = {}
    for fact in names:
        if fact in MODELLED:
            facts[fact] = FACTS[fact].create_empty().lazy()
            continue
        terms = query_terms(connection, fact, settings)
        if columns is None:
            query = statement("marts", "scoped", **terms)
            rows: pl.DataFrame = connection.sql(query, params=parameters).pl()
            facts[fact] = FACTS[fact].validate(rows, cast=True).lazy()
            continue
        own = [name for name in columns[fact] if name not in SCOPE_COLUMNS]
        terms |= {"is_regrouped": is_regrouped, "columns": [*own, *SCOPE_COLUMNS]}
        query = statement("marts", "measured", **terms)
        rows = connection.sql(query, params=parameters).pl()
        schema = FACTS[fact].create_empty().schema
        facts[fact] = rows.cast({name: schema[name] for name in own}).lazy()
    for name in given:
        connection.unregister(name)
    return facts


def _stages(settings: CompanySettings) -> pl.DataFrame:
    rows = [
        (stage.name, stage.outcome, position, stage.allowed_days, stage.win_probability)
        for position, stage in enumerate(settings.stages, start=1)
    ]
    return pl.DataFrame(rows, schema=_STAGE, orient="row")
