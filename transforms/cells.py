"""A fact added up to cells: one row per scope and day, from which every period is made."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.definitions.metric import PERIOD_COLUMNS
from transforms.layers import of_layers
from transforms.packing import grouped
from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.tables.columns import NUMBER

CELL: Final = ("scope_kind", "scope", "period")
KIND: Final = pl.Enum(SCOPE_KINDS)

CUTS: Final = ((COMPANY, "region", "team", "rep", "channel"), ("product_line",))
"""Scope kinds by which a fact is read in one pass: who sold, and what. A rep has one team and a
few channels but sells everything: all kinds at once would leave nearly as many cells as rows."""


def is_counted(measure: Measure) -> pl.Expr:
    """Whether a row counts; unknown is not yes."""
    given = pl.col(measure.column or "occurred_on").is_not_null()
    return given if measure.where is None else given & measure.where.fill_null(value=False)


def day_cells(
    fact: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    """Add up sums and counts of a fact for every scope and day that has rows.

    `fact` has its scopes, the company among them, as values of one enumeration; `days` come from
    `transforms.layers.period_days`. One row per scope_kind, scope and occurred_on with, for each
    measure, `<name>` (NUMBER) and `<name>_n` (cases). Which rows a measure counts may depend on
    the period: it then has a pair of columns per layer, `<name>@<layer>`.
    """
    fixed = {name: measure for name, measure in measures.items() if not measure.needs_period}
    moving = {name: measure for name, measure in measures.items() if measure.needs_period}
    sides = [
        side for name, each in fixed.items() for side in _sides(name, each, fact, is_counted(each))
    ]
    counted = [
        (f"{name}@{layer}", each, _counted(fact, each, dated))
        for layer, dated in (of_layers(days) if moving else ())
        for name, each in moving.items()
    ]
    for name, each, _ in counted:
        sides += _sides(name, each, fact, pl.col(f"{name} counts"))
    rows = fact.with_columns(counts.alias(f"{name} counts") for name, _, counts in counted)
    names = [side.meta.output_name() for side in sides]
    added = [pl.col(name).sum() for name in names]
    parts = []
    for cut in CUTS:
        cells = grouped(rows, ["occurred_on", *cut], sides)
        parts += [
            grouped(cells, [kind, "occurred_on"], added).select(
                *of_kind(kind), pl.all().exclude(kind)
            )
            for kind in cut
        ]
    return pl.concat(parts)


def period_cells(
    cells: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    """Add up `day_cells` to periods: scope_kind, scope, period and the pair of each measure."""
    parts = []
    for layer, dated in of_layers(days):
        names = {
            f"{name}{side}": f"{name}@{layer}{side}" if measure.needs_period else f"{name}{side}"
            for name, measure in measures.items()
            for side in ("", "_n")
        }
        inside = cells.join(
            dated.select("period", "day"), left_on="occurred_on", right_on="day", how="inner"
        )
        added = [pl.col(source).sum().alias(name) for name, source in names.items()]
        parts.append(grouped(inside, CELL, added))
    return pl.concat(parts).with_columns(pl.col(name).cast(NUMBER) for name in measures)


def of_kind(kind: str) -> list[pl.Expr]:
    """Name the scope kind and take the scope from the column of that name."""
    return [pl.lit(kind, dtype=KIND).alias("scope_kind"), pl.col(kind).alias("scope")]


def _counted(fact: pl.DataFrame, measure: Measure, dated: pl.DataFrame) -> pl.Series:
    """Say of each row whether it counts in the period of a layer that its day lies in."""
    days = fact["occurred_on"]
    day = pl.col("occurred_on")
    calendar = (
        fact.select(pl.date_range(day.min(), day.max()).alias("day"))
        .join(dated, on="day", how="left", maintain_order="left")
        .select(sorted(PERIOD_COLUMNS))
    )
    number = days.to_physical() - days.to_physical().min()
    inside = fact.hstack(calendar.select(pl.all().gather(number)))
    return inside.select(is_counted(measure) & pl.col("period_start").is_not_null()).to_series()


def _sides(name: str, measure: Measure, fact: pl.DataFrame, counts: pl.Expr) -> list[pl.Expr]:
    cases = counts.sum().cast(pl.Int64)
    if measure.column is None or measure.how == "count":
        amount = (cases * measure.factor).cast(NUMBER)
    else:
        value = pl.col(measure.column)
        # what is exact as it stands is added up as it stands
        is_exact = fact.schema[measure.column].is_decimal() or (
            fact.schema[measure.column] == pl.Int64
        )
        summed = pl.when(counts).then(value if is_exact else value.cast(NUMBER)).sum()
        amount = (summed.cast(NUMBER) * pl.lit(measure.factor, dtype=pl.Int64)).cast(NUMBER)
    return [amount.alias(name), cases.alias(f"{name}_n")]
