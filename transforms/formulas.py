"""Metrics that are formulas of other metrics: sum, difference, product, ratio, left to right."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Final

import polars as pl

from transforms.definitions.metric import Formula, Metric
from transforms.exact import product, ratio
from transforms.measures import CELL
from transforms.tables.columns import NUMBER

_ONE: Final = pl.lit(1, dtype=NUMBER)

VALUES: Final = ("numerator", "denominator", "value", "n")
"""What a point says of its cell."""


def with_inputs(codes: Iterable[str], catalogue: Mapping[str, Metric]) -> dict[str, Metric]:
    """Give the metrics of the codes and every metric that they are formed of."""
    found: dict[str, Metric] = {}
    waiting = [*codes]
    while waiting:
        code = waiting.pop()
        metric = catalogue.get(code)
        if metric is not None and code not in found:
            found[code] = metric
            waiting += metric.formula.inputs if metric.formula else ()
    return {code: catalogue[code] for code in catalogue if code in found}


def in_order(formulas: Mapping[str, Formula]) -> list[str]:
    """List the codes of formulas, each behind the formulas among its inputs.

    Raises ValueError where formulas need each other in a circle; its text names them.
    """
    waiting = dict(formulas)
    ordered: list[str] = []
    while waiting:
        ready = [code for code, each in waiting.items() if waiting.keys().isdisjoint(each.inputs)]
        if not ready:
            message = ", ".join(sorted(waiting))
            raise ValueError(message)
        ordered += ready
        waiting = {code: each for code, each in waiting.items() if code not in ready}
    return ordered


def formula_points(
    points: Mapping[str, pl.DataFrame], catalogue: Mapping[str, Metric]
) -> dict[str, pl.DataFrame]:
    """Form the formulas of the catalogue from the points of each metric (`CELL`, sides, value, n).

    An input that is a sum enters exactly; one that is itself a ratio enters as its value to six
    decimals. A ratio keeps its two sides. Where one input has no value the result has none.
    """
    known = dict(points)
    formed = {}
    formulas = {code: each.formula for code, each in catalogue.items() if each.formula}
    for metric in in_order(formulas):
        formula = formulas[metric]
        if not all(code in known for code in formula.inputs):
            continue
        sides = [_input(known[code], f"input_{at}") for at, code in enumerate(formula.inputs)]
        joined = reduce(lambda left, right: left.join(right, on=CELL, maintain_order="left"), sides)
        names = [pl.col(f"input_{at}") for at in range(len(sides))]
        above, below = _formed(formula.operation, names)
        is_known = pl.all_horizontal(name.is_not_null() for name in names)
        cases = pl.min_horizontal(f"input_{at}_n" for at in range(len(sides)))
        rows = joined.select(
            *CELL,
            pl.when(is_known).then(above).otherwise(0).cast(NUMBER).alias("numerator"),
            pl.when(is_known).then(below).otherwise(0).cast(NUMBER).alias("denominator"),
            cases.alias("n"),
        ).with_columns(ratio(pl.col("numerator"), pl.col("denominator")).alias("value"))
        known[metric] = formed[metric] = rows.select(*CELL, *VALUES)
    return formed


def _input(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    is_whole = pl.col("denominator") == 1
    value = pl.when(is_whole).then("numerator").otherwise(pl.col("value").round(6).cast(NUMBER))
    return rows.select(*CELL, value.alias(name), pl.col("n").alias(f"{name}_n"))


def _formed(operation: str, inputs: list[pl.Expr]) -> tuple[pl.Expr, pl.Expr]:
    first, *rest = inputs
    if operation == "ratio":
        return first, reduce(product, rest)
    if operation == "product":
        return reduce(product, inputs), _ONE
    if operation == "difference":
        return reduce(lambda left, right: left - right, inputs), _ONE
    return reduce(lambda left, right: left + right, inputs), _ONE
