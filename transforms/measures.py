"""Measures over periods: every fact added up once to day × scope, and from there to periods.

Sums and counts add up over days and scopes; distinct counts are taken anew in every scope and
period and never summed.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.cells import CELL, KIND, number_of_cell, period_cells
from transforms.definitions.metric import LEVEL_HOWS
from transforms.distinct import distinct_points
from transforms.documents import Documents
from transforms.levels import level_sides
from transforms.scopes import SCOPE_COLUMNS, SCOPE_KINDS
from transforms.spells import spell_sides

__all__ = ["CELL", "columns_read", "is_recorded", "measure_points", "summed"]


_BY_KIND: Final = {"spells": spell_sides, "levels": level_sides}
"""Group of measures that are evaluated anew for each scope kind to what evaluates it."""


def is_recorded(recorded: AbstractSet[str], measure: Measure) -> bool:
    """Say whether the company records what a measure reads: no column of it is wholly empty."""
    return recorded >= measure.columns


def measure_points(
    grid: pl.DataFrame,
    fact: pl.DataFrame,
    documents: Documents | None,
    cells: pl.DataFrame,
    measures: Mapping[str, Measure],
    days: pl.DataFrame,
) -> pl.LazyFrame:
    """Evaluate measures of one fact for every scope and period of a grid (`CELL`), in its order.

    `fact` has its scopes as values of one enumeration; where there are `documents`, what is counted
    distinct is counted by them. `cells` come from
    `transforms.cells.day_cells`, `days` from `transforms.layers.period_days`. The result has
    scope_kind, scope, period and, for each measure name, `<name>` (NUMBER) and `<name>_n` (cases),
    both null where there are no rows.
    """
    parts = [period_cells(cells, summed(measures), days)]
    for name, measure in _of_group(measures, "distinct").items():
        parts.append(distinct_points(documents or fact, name, measure, days))
    for group, evaluate in _BY_KIND.items():
        chosen = _of_group(measures, group)
        if chosen:
            of_kinds = [
                evaluate(fact.with_columns(pl.col(kind).alias("scope")), chosen, days).select(
                    pl.lit(kind, dtype=KIND).alias("scope_kind"), pl.all()
                )
                for kind in SCOPE_KINDS
            ]
            found = pl.concat(of_kinds).lazy()
            parts.append(found.select(number_of_cell(), pl.all().exclude(CELL)))
    # every part has a cell once
    joined = grid.lazy().with_columns(number_of_cell())
    for part in parts:
        joined = joined.join(part, on="cell", how="left", maintain_order="left")
    return joined.drop("cell")


def summed(measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """Choose the measures that add up over days and scopes."""
    return _of_group(measures, "summed")


def _of_group(measures: Mapping[str, Measure], group: str) -> dict[str, Measure]:
    return {name: measure for name, measure in measures.items() if _group(measure) == group}


def _group(measure: Measure) -> str:
    if measure.how == "count_distinct":
        return "distinct"
    if measure.lasts:
        return "spells"
    return "levels" if measure.how in LEVEL_HOWS else "summed"


def columns_read(measures: Sequence[Measure]) -> list[str]:
    """Name the columns of a fact that measures need, scopes and day included."""
    named = {column for measure in measures for column in measure.columns}
    if any(measure.lasts for measure in measures):
        named.add("ended_on")
    return ["occurred_on", *SCOPE_COLUMNS, *sorted(named - set(SCOPE_COLUMNS) - {"occurred_on"})]
