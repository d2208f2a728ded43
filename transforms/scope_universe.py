"""Which scopes exist, since when, and in which facts they can be told apart."""

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from transforms.cells import CELL, KIND
from transforms.definitions.metric import SNAPSHOT_FACTS
from transforms.layers import SLACK
from transforms.scopes import COMPANY, SCOPE_COLUMNS, UNASSIGNED

UNIVERSE = {"scope_kind": pl.String, "scope": pl.String, "since": pl.Date}


def scope_names(frames: Iterable[pl.DataFrame], also: pl.DataFrame) -> pl.Enum:
    """List the names of all scopes, in order: what every scope column is turned into."""
    seen = [
        frame[kind].unique().cast(pl.String)
        for frame in frames
        for kind in SCOPE_COLUMNS
        if kind in frame.columns
    ]
    own = pl.Series([COMPANY, UNASSIGNED])
    return pl.Enum(pl.concat([own, also["scope"], *seen]).unique().sort())


def scope_universe(
    cells: Mapping[str, pl.DataFrame], also: pl.DataFrame, start: date, names: pl.Enum
) -> pl.DataFrame:
    """List every scope seen in any fact since `start`, with the first day it was seen on.

    `cells` have scope_kind, scope and occurred_on (`transforms.cells.day_cells`); `also` holds
    scopes that exist without facts, such as those with a target: scope_kind, scope, since. The
    company always exists. Columns: scope_kind, scope, since; sorted by the first two.
    """
    seen = [
        frame.filter(pl.col("occurred_on") >= start)
        .group_by("scope_kind", "scope")
        .agg(pl.col("occurred_on").min().alias("since"))
        for frame in cells.values()
    ]
    company = pl.DataFrame([(COMPANY, COMPANY, start)], schema=UNIVERSE, orient="row")
    named = pl.Schema({"scope_kind": KIND, "scope": names, "since": pl.Date()})
    return (
        pl.concat([each.select(list(UNIVERSE)).cast(named) for each in (company, also, *seen)])
        .group_by("scope_kind", "scope")
        .agg(pl.col("since").min())
        .sort("scope_kind", "scope")
    )


def told_apart(cells: pl.DataFrame) -> list[str]:
    """Name the scope kinds that a fact is recorded by.

    A fact whose every row is 未分配 in a kind says nothing about the other scopes of that kind:
    they get no value, instead of a zero that nobody measured.
    """
    kinds = cells.filter(pl.col("scope") != UNASSIGNED)["scope_kind"].unique().to_list()
    return list({COMPANY: None} | dict.fromkeys(sorted(kinds)))


def grid(
    fact: str, cells: pl.DataFrame, universe: pl.DataFrame, periods: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Every scope and period for which the fact has a value, be it 0 (`CELL`)."""
    first = cells["occurred_on"].min()
    if fact in SNAPSHOT_FACTS:
        reached = periods.filter(pl.col("period_end") == as_of)
    else:
        reached = periods.filter(
            (pl.col("period_start") >= pl.lit(first) - SLACK) | (pl.col("period_end") == as_of)
        )
    scopes = universe.filter(pl.col("scope_kind").is_in(told_apart(cells)))
    return (
        scopes.join(reached.select("period", "period_end"), how="cross")
        .filter(pl.col("since") <= pl.col("period_end"))
        .select(CELL)
    )
