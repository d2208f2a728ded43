"""What each metric is worth in each period: rows → days → periods → formulas."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import add, mul, sub
from typing import Final

import polars as pl

from transforms.exact import ratio
from transforms.trend.axis import Span
from transforms.trend.cells import DAY
from transforms.trend.definitions import DefinitionError, Formula, Measure, Metric, in_order
from transforms.trend.query import Cell, QueryError, parse

_PERIOD: Final = "period"
_TEXTS: Final = frozenset({"count", "distinct"})
_OPERATIONS: Final[Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    "sum": add,
    "difference": sub,
    "product": mul,
    "divide": ratio,
}


def cells_of(name: str, metric: Metric, on: str) -> frozenset[Cell]:
    """List the cells that a metric looks at; raises DefinitionError where its query is wrong."""
    if isinstance(metric, Formula):
        return frozenset()
    try:
        looked_at = parse(metric.query, on).cells if metric.query is not None else frozenset()
    except QueryError as error:
        raise DefinitionError(name, f"has a query that cannot be read: {error}") from error
    return looked_at | {_base(metric)}


def period_values(
    rows: pl.DataFrame, metrics: Mapping[str, Metric], periods: Sequence[Span | None], on: str = ""
) -> dict[str, list[float | None]]:
    """Work out every metric in every period; None where the data holds no value.

    Several rows of a day make one value of that day first, and days make the period. `first` and
    `last` go by day, within one day by the order of the rows. A mean is that of the days that
    have a value. A count is 0 where the column is filled but nothing matches.
    """
    codes = {name: f"metric_{position}" for position, name in enumerate(metrics)}
    measures = {codes[name]: each for name, each in metrics.items() if isinstance(each, Measure)}
    daily = rows.group_by(DAY, maintain_order=True).agg(
        expression for code, each in measures.items() for expression in _of_day(code, each, on)
    )
    values = (
        _days(periods)
        .join(daily, on=DAY, how="left", maintain_order="left")
        .group_by(_PERIOD, maintain_order=True)
        .agg(_of_period(code, each) for code, each in measures.items())
    )
    for name, each in in_order(metrics).items():
        if isinstance(each, Formula):
            inputs = [pl.col(codes[operand]) for operand in each.inputs]
            formed = reduce(_OPERATIONS[each.operation], inputs)
            values = values.with_columns(
                pl.when(formed.is_finite()).then(formed).alias(codes[name])
            )
    every = pl.DataFrame({_PERIOD: range(len(periods))}, schema={_PERIOD: pl.Int64})
    found = every.join(values, on=_PERIOD, how="left", maintain_order="left")
    return {name: found.get_column(code).to_list() for name, code in codes.items()}


def _days(periods: Iterable[Span | None]) -> pl.DataFrame:
    spans = [(at, span.start, span.end) for at, span in enumerate(periods) if span is not None]
    schema = {_PERIOD: pl.Int64, "start": pl.Date, "end": pl.Date}
    return (
        pl.DataFrame(spans, schema=schema, orient="row")
        .select(_PERIOD, pl.date_ranges("start", "end").alias(DAY))
        .explode(DAY)
    )


def _base(measure: Measure) -> Cell:
    return Cell("text" if measure.aggregation in _TEXTS else "number", measure.column)


def _of_day(code: str, measure: Measure, on: str) -> list[pl.Expr]:
    every = pl.col(_base(measure).name)
    value = every
    if measure.query is not None:
        value = pl.when(parse(measure.query, on).condition).then(every)
    filled = value.count()
    of_day = {
        "sum": pl.when(filled > 0).then(value.sum()),
        "mean": pl.when(filled > 0).then(value.sum().cast(pl.Float64) / filled),
        "min": value.min(),
        "max": value.max(),
        "first": value.drop_nulls().first(),
        "last": value.drop_nulls().last(),
        "count": pl.when(every.count() > 0).then(filled),
        "distinct": pl.when(every.count() > 0).then(value.drop_nulls().unique().implode()),
    }
    return [of_day[measure.aggregation].alias(code)]


def _of_period(code: str, measure: Measure) -> pl.Expr:
    day = pl.col(code)
    of_period = {
        "sum": day.sum(),
        "mean": day.mean(),
        "min": day.min(),
        "max": day.max(),
        "first": day.drop_nulls().first(),
        "last": day.drop_nulls().last(),
        "count": day.sum(),
    }
    if measure.aggregation == "distinct":
        worth = day.explode().drop_nulls().n_unique()
    else:
        worth = of_period[measure.aggregation]
    return pl.when(day.count() > 0).then(worth).cast(pl.Float64).alias(code)
