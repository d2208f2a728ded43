"""Facts with their scopes attached, read from the warehouse as known at an instant."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import duckdb
import polars as pl

from flows.mart_terms import given_tables, query_terms
from flows.settings import CompanySettings
from flows.sql import statement
from flows.warehouse import open_as_of
from transforms.parameters import ReviewWeek
from transforms.scopes import UNASSIGNED
from transforms.tables.columns import NUMBER
from transforms.tables.facts import FACTS, MODELLED

_STAGE: Final = pl.Schema(
    {
        "name": pl.String(),
        "outcome": pl.String(),
        "position": pl.Int64(),
        "allowed_days": pl.Int64(),
        "win_probability": NUMBER,
    }
)


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
        query = statement("marts", "scoped", **query_terms(connection, fact, settings))
        rows: pl.DataFrame = connection.sql(query, params=parameters).pl()
        facts[fact] = FACTS[fact].validate(rows, cast=True).lazy()
    for name in given:
        connection.unregister(name)
    return facts


def _stages(settings: CompanySettings) -> pl.DataFrame:
    rows = [
        (stage.name, stage.outcome, position, stage.allowed_days, stage.win_probability)
        for position, stage in enumerate(settings.stages, start=1)
    ]
    return pl.DataFrame(rows, schema=_STAGE, orient="row")
