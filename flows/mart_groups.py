"""Facts of which like rows are put together by the database (`transforms.groups`)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import duckdb
import polars as pl

from flows.conditions import condition
from flows.sql import quoted, statement
from transforms.catalogue import Measure
from transforms.cells import CUTS, layer_of
from transforms.groups import FactGroups, Grouping, filled
from transforms.layers import layers_by_day
from transforms.scopes import COMPANY, SCOPE_COLUMNS, UNASSIGNED
from transforms.tables.facts import FACTS

_GIVEN: Final = 2
"""Parameters that every statement of a fact has."""


def read_groups(
    connection: duckdb.DuckDBPyConnection,
    terms: Mapping[str, Any],
    as_of: date,
    fact: str,
    grouping: Grouping,
    columns: Sequence[str],
) -> FactGroups | None:
    """Read a fact as groups; None where a condition of a measure cannot be said in SQL.

    `terms` are those of its statement (`flows.mart_terms.query_terms`), `columns` what is needed
    of its single rows besides.
    """
    values: list[object] = []
    marks = _marks(grouping, values)
    if marks is None:
        return None
    schema = FACTS[fact].create_empty().schema
    connection.register("period_of_day", layers_by_day(grouping.days))
    query = statement(
        "marts",
        "grouped",
        marks={2**at: mark for at, mark in enumerate(marks)},
        sums={name: _sum_type(schema[name]) for name in grouping.amounts},
        needs_periods=any(each.needs_period for each in grouping.measures.values()),
        **terms,
    )
    parameters = [as_of, UNASSIGNED, *values]
    groups: pl.DataFrame = connection.sql(query, params=parameters).pl()
    connection.unregister("period_of_day")
    rows = single_rows(connection, terms, as_of, fact, columns)
    marked = grouping.unpacked(groups)
    kept = ["occurred_on", *marked.columns[len(SCOPE_COLUMNS) + 1 :]]
    cuts = {}
    for cut in CUTS:
        own = [kind for kind in cut if kind != COMPANY]
        cuts[cut] = marked.filter(pl.col(own[0]).is_not_null()).select(*own, *kept)
    return FactGroups(cuts, rows, grouping.recorded(groups) | filled(rows))


def single_rows(
    connection: duckdb.DuckDBPyConnection,
    terms: Mapping[str, Any],
    as_of: date,
    fact: str,
    columns: Sequence[str],
) -> pl.DataFrame:
    """Read rows of a fact with its scopes and the other columns named; none if none are."""
    own = [name for name in columns if name not in SCOPE_COLUMNS]
    schema = FACTS[fact].create_empty().schema
    if not own:
        return pl.DataFrame(schema={name: schema[name] for name in ("occurred_on", *SCOPE_COLUMNS)})
    query = statement("marts", "measured", columns=[*own, *SCOPE_COLUMNS], **terms)
    rows: pl.DataFrame = connection.sql(query, params=[as_of, UNASSIGNED]).pl()
    return rows.cast({name: schema[name] for name in own})


def _marks(grouping: Grouping, values: list[object]) -> list[str] | None:
    """Say in SQL when each bit is set; the values compared with are put behind the given ones."""

    def bind(value: object) -> str:
        values.append(value)
        return f"${_GIVEN + len(values)}"

    found = [_mark(label, each, bind) for label, each in grouping.measures.items()]
    known = [f"{quoted(name)} is not null" for name in grouping.known]
    marks = [mark for mark in found if mark is not None]
    return [*marks, *known] if len(marks) == len(found) else None


def _mark(label: str, measure: Measure, bind: Callable[[object], str]) -> str | None:
    bounds = {}
    inside = []
    if measure.needs_period:
        layer = layer_of(label)
        for bound in ("start", "end"):
            bounds[f"period_{bound}"] = f"period_of_day.{bound}_{layer}"
        inside = [f"period_of_day.start_{layer} is not null"]
    if measure.column is not None:
        inside.append(f"{quoted(measure.column)} is not null")
    if measure.where is not None:
        text = condition(measure.where, bounds, bind)
        if text is None:
            return None
        inside.append(text)
    return " and ".join(inside) or "true"


def _sum_type(dtype: pl.DataType) -> str:
    return f"decimal(38, {dtype.scale})" if isinstance(dtype, pl.Decimal) else "bigint"
