"""Facts with their scopes attached, read from the warehouse as known at an instant."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import duckdb
import polars as pl

from flows.mart_groups import read_groups, single_rows
from flows.mart_terms import given_tables, query_terms
from flows.settings import CompanySettings
from flows.sql import statement
from flows.warehouse import open_as_of
from transforms.catalogue import Metric
from transforms.definitions.metric import SNAPSHOT_FACTS
from transforms.groups import FactGroups, grouping
from transforms.parameters import ReviewWeek
from transforms.points import (
    columns_counted,
    columns_needed,
    fact_days,
    measures_of,
    numbered_periods,
)
from transforms.repurchase import window_bounds
from transforms.scopes import UNASSIGNED
from transforms.tables import ENTITIES
from transforms.tables.columns import NUMBER
from transforms.tables.facts import FACTS, MODELLED

Columns = Mapping[str, Sequence[str]]
"""Fact to the columns of it that are read."""


@dataclass(frozen=True)
class Needed:
    """What facts are read for: the metrics, and the periods (`transforms.periods`)."""

    catalogue: Mapping[str, Metric]
    periods: pl.DataFrame
    since: date | None = None
    """Day from which on a scope that is seen exists, where it is not the first of the periods."""


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
    needed: Needed,
    names: Sequence[str] = tuple(FACTS),
) -> dict[str, pl.LazyFrame | FactGroups]:
    """Read what metrics need of facts, every one unless some are named.

    A fact whose measures add up comes as groups of like rows, put together by the database; of
    another only some columns come, and the scopes. The scopes are values of one enumeration, so
    that facts of many rows take little room.
    """
    _name_scopes(connection)
    columns = columns_needed(needed.catalogue)
    facts: dict[str, pl.LazyFrame | FactGroups] = {}
    with _given(connection, settings, as_of):
        for fact in names:
            if fact in MODELLED and fact in columns:
                facts[fact] = FACTS[fact].create_empty().lazy()
            elif fact in columns:
                terms = query_terms(connection, fact, settings)
                facts[fact] = (
                    _grouped(connection, settings, terms, as_of, fact, needed)
                    or single_rows(connection, terms, as_of, fact, columns[fact]).lazy()
                )
    return facts


def facts_in_columns(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    as_of: date,
    columns: Columns,
) -> dict[str, pl.LazyFrame]:
    """Read some columns of some facts, up to a day, from the views of the entities.

    The scopes are values of one enumeration, so that facts of many rows take little room.
    """
    _name_scopes(connection)
    found = {}
    with _given(connection, settings, as_of):
        for fact in FACTS:
            if fact in columns and fact not in MODELLED:
                terms = query_terms(connection, fact, settings)
                found[fact] = single_rows(connection, terms, as_of, fact, columns[fact]).lazy()
    return found


def facts_of_reps(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    as_of: date,
    columns: Columns,
    reps: pl.DataFrame,
    *,
    is_regrouped: bool,
) -> dict[str, pl.LazyFrame]:
    """Read columns of the facts of some reps, of their own day or regrouped (D-29).

    `reps` has rep_id. Where facts are regrouped, team and region are those that the rep's
    assignment of the as-of date names, whatever day a fact has. The scopes are values of one
    enumeration.
    """
    _name_scopes(connection)
    connection.register("chosen_rep", reps.select("rep_id"))
    choice = {"is_of_reps": True, "is_regrouped": is_regrouped}
    found = {}
    with _given(connection, settings, as_of):
        for fact in FACTS:
            if fact in columns:
                terms = {**query_terms(connection, fact, settings), **choice}
                found[fact] = single_rows(connection, terms, as_of, fact, columns[fact]).lazy()
    connection.unregister("chosen_rep")
    return found


def _name_scopes(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the type `scope_name` of every name that a scope can have."""
    connection.register("unassigned", pl.DataFrame({"name": [UNASSIGNED]}))
    connection.execute(statement("marts", "scope_names", columns=_NAMED)).fetchall()
    connection.unregister("unassigned")


def _grouped(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    terms: Mapping[str, Any],
    as_of: date,
    fact: str,
    needed: Needed,
) -> FactGroups | None:
    if fact in SNAPSHOT_FACTS:
        return None
    days = fact_days(fact, numbered_periods(needed.periods), as_of)
    measures = measures_of(fact, needed.catalogue)
    bounds = window_bounds(needed.periods, settings.sales.repurchase_months)
    if needed.since is not None:
        bounds.append(needed.since)
    found = grouping(measures, days, FACTS[fact], bounds)
    if found is None:
        return None
    columns = columns_counted(fact, needed.catalogue)
    return read_groups(connection, terms, as_of, fact, found, measures, columns)


def publish_fact(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    as_of: date,
    fact: str,
    table: str,
) -> int:
    """Write a fact up to a day into its table of the finance file attached; returns its rows."""
    terms = query_terms(connection, fact, settings)
    columns = FACTS[fact].column_names()
    query = statement("finance", "insert_fact", table=table, columns=columns, **terms)
    with _given(connection, settings, as_of):
        written = connection.execute(query, [as_of, UNASSIGNED]).fetchall()
    return int(written[0][0])


def open_deals_on(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    days: Sequence[date],
    columns: Sequence[str],
) -> list[pl.LazyFrame]:
    """Read columns of the fact `open_deal` as of some days, from the views of the entities.

    The scopes are values of one enumeration.
    """
    _name_scopes(connection)
    terms = query_terms(connection, "open_deal", settings)
    with _given(connection, settings, max(days)):
        return [single_rows(connection, terms, day, "open_deal", columns).lazy() for day in days]


def _read(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    as_of: date,
    names: Sequence[str],
) -> dict[str, pl.LazyFrame]:
    facts: dict[str, pl.LazyFrame] = {}
    with _given(connection, settings, as_of):
        for fact in names:
            if fact in MODELLED:
                facts[fact] = FACTS[fact].create_empty().lazy()
                continue
            query = statement("marts", "scoped", **query_terms(connection, fact, settings))
            rows: pl.DataFrame = connection.sql(query, params=[as_of, UNASSIGNED]).pl()
            facts[fact] = FACTS[fact].validate(rows, cast=True).lazy()
    return facts


@contextmanager
def _given(
    connection: duckdb.DuckDBPyConnection, settings: CompanySettings, as_of: date
) -> Iterator[None]:
    """Let statements read the tables that are no entities."""
    given = {"pipeline_stage": _stages(settings), **given_tables(connection, settings, as_of)}
    for name, frame in given.items():
        connection.register(name, frame)
    yield
    for name in given:
        connection.unregister(name)


def _stages(settings: CompanySettings) -> pl.DataFrame:
    rows = [
        (stage.name, stage.outcome, position, stage.allowed_days, stage.win_probability)
        for position, stage in enumerate(settings.stages, start=1)
    ]
    return pl.DataFrame(rows, schema=_STAGE, orient="row")
