"""The two sides of a metric, put together from the measures of facts."""

from collections.abc import Mapping

import polars as pl

from transforms.catalogue import Measure, Metric
from transforms.cells import CELL
from transforms.exact import ratio
from transforms.tables.columns import NUMBER


def measure_name(measure: Measure) -> str:
    """Name what a measure measures; equal measures have the same name.

    >>> measure_name(Measure("sale", "net_amount"))
    'net_amount|sum||1'
    """
    where = "" if measure.where is None else str(measure.where)
    return "|".join([measure.column or "", measure.how, where, str(measure.factor)])


def values_of_sides() -> list[pl.Expr]:
    """Form the value of two sides, and let nothing that happened be 0."""
    numerator, denominator = pl.col("numerator").fill_null(0), pl.col("denominator").fill_null(0)
    return [
        numerator,
        denominator,
        ratio(numerator, denominator).alias("value"),
        pl.col("n").fill_null(0),
    ]


def sides_of_metric(metric: Metric, sides: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Put numerator, denominator and cases of a metric together for every cell of its fact.

    `sides` are the measures of each fact by cell (`transforms.measures.measure_points`); what has
    no rows is null.
    """
    top, below = metric.numerator, metric.denominator
    above = _side(top, "numerator")
    if below is None:
        is_known = pl.lit(top.is_zero_without_rows) | (pl.col("n") > 0)
        one = pl.when(is_known).then(1).otherwise(0).cast(NUMBER).alias("denominator")
        return sides[top.fact].select(*CELL, above, _cases(top)).with_columns(one)
    under = [_side(below, "denominator"), _cases(below)]
    if below.fact == top.fact:
        return sides[top.fact].select(*CELL, above, *under)
    others = sides[below.fact].select(*CELL, *under)
    return sides[top.fact].select(*CELL, above).join(others, on=CELL, maintain_order="left")


def _side(measure: Measure, name: str) -> pl.Expr:
    return pl.col(measure_name(measure)).alias(name)


def _cases(measure: Measure) -> pl.Expr:
    return pl.col(f"{measure_name(measure)}_n").alias("n")
