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
from transforms.documents import MOST_LINES, Documents, are_documents
from transforms.groups import FactGroups, Grouping, with_marks
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
    measures: Mapping[str, Measure],
    columns: Sequence[str],
) -> FactGroups | None:
    """Read a fact as groups; None where a condition of a measure cannot be said in SQL.

    `terms` are those of its statement (`flows.mart_terms.query_terms`), `measures` those of the
    fact by name, `columns` what is needed of its single rows, unless what is counted distinct are
    documents.
    """
    values: list[object] = []
    marks = _marks(grouping.measures, values)
    if marks is None:
        return None
    marks += [f"{quoted(name)} is not null" for name in grouping.known]
    distinct = {name: each for name, each in measures.items() if each.how == "count_distinct"}
    counted = (_marks(distinct, values) if are_documents(measures) else None) or []
    schema = FACTS[fact].create_empty().schema
    sums = {name: _sum_type(schema[name]) for name in grouping.amounts}
    given = {"marks": _bits(marks), "counted": _bits(counted), "sums": sums, **terms}
    bound: list[object] | None = [as_of, UNASSIGNED, *values]
    connection.register("period_of_day", grouping.stretches)
    if counted:
        connection.execute(statement("marts", "marked_rows", **given), bound).fetchall()
        bound = None
    groups: pl.DataFrame = connection.sql(statement("marts", "grouped", **given), params=bound).pl()
    connection.unregister("period_of_day")
    documents = None
    if counted:
        documents = _documents(connection, groups, distinct)
        connection.execute(statement("marts", "drop_rows", table="marked_row")).fetchall()
    rows = single_rows(connection, terms, as_of, fact, () if documents else columns)
    marked = with_marks(groups, grouping.measures)
    kept = ["occurred_on", *marked.columns[len(SCOPE_COLUMNS) + 1 :]]
    cuts = {}
    for cut in CUTS:
        own = [kind for kind in cut if kind != COMPANY]
        cuts[cut] = marked.filter(pl.col(own[0]).is_not_null()).select(*own, *kept)
    return FactGroups(cuts, rows, grouping.recorded(groups), documents)


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


def _documents(
    connection: duckdb.DuckDBPyConnection, groups: pl.DataFrame, measures: Mapping[str, Measure]
) -> Documents | None:
    """Read the documents of the marked rows; None where there are too many product lines."""
    lines = groups["product_line"].drop_nulls().unique().cast(pl.String).sort().to_list()
    if len(lines) > MOST_LINES:
        return None
    bits = pl.DataFrame({"product_line": lines, "bit": [2**at for at in range(len(lines))]})
    connection.register("line_bit", bits)
    connection.execute(statement("marts", "documents")).fetchall()
    rows: pl.DataFrame = connection.sql(statement("marts", "document_rows")).pl()
    connection.execute(statement("marts", "drop_rows", table="document_row")).fetchall()
    connection.unregister("line_bit")
    return Documents(with_marks(rows, measures), lines)


def _bits(marks: Sequence[str]) -> dict[str, str]:
    return {str(2**at): mark for at, mark in enumerate(marks)}


def _marks(measures: Mapping[str, Measure], values: list[object]) -> list[str] | None:
    """Say in SQL when each bit is set; the values compared with are put behind the given ones."""

    def bind(value: object) -> str:
        values.append(value)
        return f"${_GIVEN + len(values)}"

    given = len(values)
    found = [_mark(label, each, bind) for label, each in measures.items()]
    marks = [mark for mark in found if mark is not None]
    if len(marks) == len(found):
        return marks
    del values[given:]
    return None


def _mark(label: str, measure: Measure, bind: Callable[[object], str]) -> str | None:
    bounds = {}
    inside = []
    if measure.needs_period:
        layer = layer_of(label)
        for bound in ("start", "end"):
            bounds[f"period_{bound}"] = f"period_of_day.{bound}_{layer}"
        inside = [f"period_of_day.start_{layer} is not null"]
    if measure.column is not None and FACTS[measure.fact].columns()[measure.column].nullable:
        inside.append(f"{quoted(measure.column)} is not null")
    if measure.where is not None:
        text = condition(measure.where, bounds, bind)
        if text is None:
            return None
        inside.append(text)
    return " and ".join(inside) or "true"


def _sum_type(dtype: pl.DataType) -> str:
    return f"decimal(38, {dtype.scale})" if isinstance(dtype, pl.Decimal) else "bigint"
