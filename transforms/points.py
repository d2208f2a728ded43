"""Metric points: numerator, denominator and value of every metric, scope and period.

Which rows there are: a metric whose facts the company does not record leaves none. Otherwise
there is one for every scope that exists by the end of a period, in every period that the facts
reach back to; where nothing happened a sum is 0 and a ratio has no value. 未分配 has rows only
where something is unassigned.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from transforms.catalogue import Measure, Metric
from transforms.cells import KIND, day_cells, read_rows
from transforms.definitions.metric import SNAPSHOT_FACTS
from transforms.formulas import VALUES, formula_points
from transforms.groups import FactGroups, rows_alone
from transforms.layers import period_days
from transforms.measures import CELL, columns_read, is_recorded, measure_points, summed
from transforms.packing import key_codes
from transforms.repurchase import repurchase_points
from transforms.scope_universe import UNIVERSE, grid, scope_names, scope_universe
from transforms.scopes import COMPANY, SCOPE_COLUMNS, UNASSIGNED
from transforms.sides import measure_name, sides_of_metric, values_of_sides
from transforms.tables.review import MetricPoint

Facts = Mapping[str, pl.LazyFrame | FactGroups]
"""Facts by name, each as its rows or as groups of them."""

_OF_SIDES: Final = ("measures", "spells", "levels")
"""Rules that leave the two sides of a metric as they stand."""

_ALSO_READ: Final = {
    "sale": ("order_id", "document_kind"),
    "open_deal": ("weighted_amount", "expected_close_on"),
}
"""What rules other than measures read of a fact."""

NO_SCOPES: Final = pl.DataFrame(schema=UNIVERSE)


def metric_points(
    facts: Facts,
    catalogue: Mapping[str, Metric],
    periods: pl.DataFrame,
    *,
    as_of: date,
    repurchase_months: int = 12,
    also: pl.DataFrame = NO_SCOPES,
    since: date | None = None,
) -> pl.DataFrame:
    """Evaluate every metric of the catalogue that is formed from facts alone (`MetricPoint`).

    All is said of `coded_points`.
    """
    points = coded_points(
        facts,
        catalogue,
        periods,
        as_of=as_of,
        repurchase_months=repurchase_months,
        also=also,
        since=since,
    )
    return MetricPoint.cast(points)


def coded_points(
    facts: Facts,
    catalogue: Mapping[str, Metric],
    periods: pl.DataFrame,
    *,
    as_of: date,
    repurchase_months: int = 12,
    also: pl.DataFrame = NO_SCOPES,
    since: date | None = None,
) -> pl.DataFrame:
    """Evaluate every metric of the catalogue that is formed from facts alone.

    The rows are those of `MetricPoint`, but metric, scope_kind, scope and period_kind are values of
    enumerations, ordered as their names are: a million points are compared by numbers.

    The inputs of a formula must stand in the catalogue. Within a metric the points are in the order
    of scope_kind, scope, period_kind, period_start and period_end.

    `periods` have period_kind, period_start and period_end; `also` names scopes that exist
    without facts (scope_kind, scope, since). Scopes exist that were seen from the day `since` on,
    unless it is given from the first day of the periods on. Metrics held against the plan come from
    `transforms.plan_points`.
    """
    chosen = {
        code: metric
        for code, metric in catalogue.items()
        if metric.rule in {*_OF_SIDES, "repurchase"}
    }
    read = _collected(facts, chosen)
    names = scope_names(_frames(read), also)
    rows = {
        name: _scoped(each.rows, names).with_columns(
            key_codes(each.rows[key]) for key in _keys(name, chosen) if key in each.rows.columns
        )
        for name, each in read.items()
    }
    documents = {
        name: each.documents and replace(each.documents, rows=_scoped(each.documents.rows, names))
        for name, each in read.items()
    }
    numbered = numbered_periods(periods)
    start = since or min(numbered["period_start"].to_list())
    days = {name: fact_days(name, numbered, as_of) for name in read}
    wanted = _wanted(read, chosen)
    queries = {}
    for name, each in read.items():
        measures = summed(wanted.get(name, {}))
        given = {cut: _scoped(groups, names) for cut, groups in each.cuts.items()}
        cuts = given or read_rows(rows[name], measures, days[name])
        queries[name] = day_cells(cuts, measures, days[name])
    cells = _all(queries)
    universe = scope_universe(cells, also, start, names)
    grids = {name: grid(name, frame, universe, numbered, as_of) for name, frame in cells.items()}
    sides = _all(
        {
            name: measure_points(
                grids[name], rows[name], documents[name], cells[name], measures, days[name]
            )
            for name, measures in wanted.items()
        }
    )
    points = {}
    for code, metric in chosen.items():
        if not _is_recorded(read, metric):
            continue
        if metric.rule == "repurchase":
            counted = repurchase_points(
                documents["sale"] or rows["sale"],
                numbered,
                repurchase_months,
                measure_name(metric.numerator),
            )
            found = grids["sale"].join(
                counted, on=CELL, how="left", maintain_order="left", validate="1:1"
            )
        else:
            found = sides_of_metric(metric, sides)
        points[code] = found.select(*CELL, *values_of_sides())
    points |= formula_points(points, catalogue)
    return _coded(points, numbered, pl.Enum(sorted(catalogue)), names)


def _all(queries: Mapping[str, pl.LazyFrame]) -> dict[str, pl.DataFrame]:
    """Answer queries at once, with every processor."""
    found = pl.collect_all(queries.values(), engine="streaming")
    return dict(zip(queries, found, strict=True))


def _coded(
    points: Mapping[str, pl.DataFrame], periods: pl.DataFrame, codes: pl.Enum, names: pl.Enum
) -> pl.DataFrame:
    """Put the points of all metrics below one another, each with its metric and period."""
    kinds = pl.Enum(periods["period_kind"].unique().sort())
    bounds = periods.select(pl.col("period_kind").cast(kinds), "period_start", "period_end")
    coded = {"metric": codes, "scope_kind": KIND, "scope": names, "period_kind": kinds}
    schema = pl.Schema({**MetricPoint.create_empty().schema, **coded})
    is_empty_rest = (pl.col("scope") == UNASSIGNED) & (pl.col("n") == 0)
    # no cell stands twice in a grid, and so no point twice
    parts = [
        rows.lazy()
        .filter(~is_empty_rest)
        .select(
            pl.lit(code, dtype=codes).alias("metric"),
            "scope_kind",
            "scope",
            *(pl.lit(each).gather("period") for each in bounds),
            *VALUES,
        )
        for code, rows in points.items()
    ]
    return pl.concat([pl.LazyFrame(schema=schema), *parts]).collect()


def _keys(fact: str, catalogue: Mapping[str, Metric]) -> list[str]:
    """Name the columns of a fact that are only ever counted: a number does for their values."""
    measures = [each for metric in catalogue.values() for each in _measures(metric)]
    own = [each for each in measures if each.fact == fact]
    counted = {str(each.column) for each in own if each.how == "count_distinct"}
    tested = {
        name for each in own if each.where is not None for name in each.where.meta.root_names()
    }
    return sorted(counted - tested - set(SCOPE_COLUMNS))


def columns_needed(catalogue: Mapping[str, Metric]) -> dict[str, list[str]]:
    """Name the columns of each fact that the metrics of a catalogue are formed from."""
    measures: dict[str, list[Measure]] = {}
    for metric in catalogue.values():
        for measure in _measures(metric):
            measures.setdefault(measure.fact, []).append(measure)
    return {
        fact: list(dict.fromkeys([*columns_read(needed), *_ALSO_READ.get(fact, ())]))
        for fact, needed in measures.items()
    }


def columns_counted(fact: str, catalogue: Mapping[str, Metric]) -> list[str]:
    """Name the columns that are needed of the single rows of a fact whose other measures add up."""
    distinct = [
        each for each in measures_of(fact, catalogue).values() if each.how == "count_distinct"
    ]
    also = _ALSO_READ.get(fact, ())
    return list(dict.fromkeys([*columns_read(distinct), *also])) if distinct or also else []


def _collected(facts: Facts, catalogue: Mapping[str, Metric]) -> dict[str, FactGroups]:
    """Read each fact once, with only the columns that count; facts without rows are left out."""
    read = {}
    for name, columns in columns_needed(catalogue).items():
        given = facts.get(name)
        if isinstance(given, FactGroups):
            found = given
        elif given is not None:
            found = rows_alone(given.select(columns).collect())
        else:
            continue
        if found.recorded:
            read[name] = found
    return read


def _frames(read: Mapping[str, FactGroups]) -> Iterator[pl.DataFrame]:
    for each in read.values():
        yield each.rows
        yield from each.cuts.values()


def _scoped(frame: pl.DataFrame, names: pl.Enum) -> pl.DataFrame:
    """Turn the scopes into values of one enumeration, the company among them."""
    kinds = [kind for kind in SCOPE_COLUMNS if kind in frame.columns]
    return frame.with_columns(
        pl.col(kinds).cast(names), pl.lit(COMPANY, dtype=names).alias(COMPANY)
    )


def _measures(metric: Metric) -> list[Measure]:
    return [metric.numerator, *([metric.denominator] if metric.denominator else [])]


def _is_recorded(read: Mapping[str, FactGroups], metric: Metric) -> bool:
    return all(
        measure.fact in read and is_recorded(read[measure.fact].recorded, measure)
        for measure in _measures(metric)
    )


def numbered_periods(periods: pl.DataFrame) -> pl.DataFrame:
    """Give each period its number: period, period_kind, period_start, period_end."""
    return (
        periods.select("period_kind", "period_start", "period_end")
        .unique()
        .sort("period_kind", "period_start", "period_end")
        .with_row_index("period")
    )


def measures_of(fact: str, catalogue: Mapping[str, Metric]) -> dict[str, Measure]:
    """Name every measure of a fact that the metrics of a catalogue are formed from."""
    return {
        measure_name(each): each
        for metric in catalogue.values()
        for each in _measures(metric)
        if each.fact == fact
    }


def fact_days(fact: str, periods: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Spread the periods over their days; a state on the as-of date is of the periods to it."""
    of_fact = periods.filter(pl.col("period_end") == as_of) if fact in SNAPSHOT_FACTS else periods
    return period_days(of_fact)


def _wanted(
    read: Mapping[str, FactGroups], catalogue: Mapping[str, Metric]
) -> dict[str, dict[str, Measure]]:
    """Collect the measures of all recorded metrics by fact, each once."""
    wanted: dict[str, dict[str, Measure]] = {}
    for metric in catalogue.values():
        if metric.rule in _OF_SIDES and _is_recorded(read, metric):
            for measure in _measures(metric):
                wanted.setdefault(measure.fact, {})[measure_name(measure)] = measure
    return wanted
