"""Targets per day (D-2): every window spread over its days, so that parts add up exactly."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import polars as pl

from transforms.calendar import day_weights, days_between
from transforms.catalogue import Metric
from transforms.exact import largest_remainder, places
from transforms.parameters import Calendar
from transforms.scopes import COMPANY
from transforms.tables.columns import NUMBER

DAILY: Final = pl.Schema(
    {
        "metric": pl.String(),
        "scope_kind": pl.String(),
        "scope": pl.String(),
        "day": pl.Date(),
        "value": NUMBER,
    }
)
FLAWS: Final = pl.Schema(
    {
        "metric": pl.String(),
        "scope_kind": pl.String(),
        "scope": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "flaw": pl.String(),
        "parent": NUMBER,
        "parts": NUMBER,
        "amount": NUMBER,
    }
)
_OWNER: Final = ["metric", "scope_kind", "scope"]
_CENTS: Final = 2
_MICROS: Final = 6
_NOTHING: Final = (None, None, None)
_PARTS: Final = ("region", "team", "rep")
"""Where the company has no target of its own, the first of these kinds that has one adds up."""


@dataclass(frozen=True)
class DailyTargets:
    """Targets per day, and what is wrong with the windows they were spread from."""

    daily: pl.DataFrame
    """metric, scope_kind, scope, day, value; one row per day that a window covers."""
    flaws: pl.DataFrame
    """metric_unknown, children_exceed_parent (by `amount`), undecomposed (rest nobody has): the
    parent is a window, its parts the shorter windows within it."""


def daily_targets(
    targets: pl.DataFrame, catalogue: Mapping[str, Metric], calendar: Calendar
) -> DailyTargets:
    """Spread targets over days by working-day × season weight; the days add up to the window.

    Where windows of one metric and scope overlap, the shorter one holds on its days and the longer
    spreads what is left over the rest: a month set by hand fixes the sum of its days, the quarter
    keeps its total. The target of a ratio, or of a state such as overdue deals, holds on each day.
    Where the company has no target for a day, its regions' (else teams', else reps') add up to it.
    """
    if targets.is_empty():
        return DailyTargets(pl.DataFrame(schema=DAILY), pl.DataFrame(schema=FLAWS))
    weights = day_weights(
        calendar, min(targets["period_start"].to_list()), max(targets["period_end"].to_list())
    )
    rows: list[tuple[object, ...]] = []
    flaws: list[tuple[object, ...]] = []
    windows = targets.sort(*_OWNER, "period_start", "period_end").iter_rows(named=True)
    for owner, group in groupby(windows, key=lambda row: tuple(row[name] for name in _OWNER)):
        metric = catalogue.get(owner[0])
        if metric is None:
            flaws.extend(
                (*owner, row["period_start"], row["period_end"], "metric_unknown", *_NOTHING)
                for row in group
            )
            continue
        by_day, found = _spread(group, metric, weights)
        rows.extend((*owner, day, value) for day, value in sorted(by_day.items()))
        flaws.extend((*owner, *flaw) for flaw in found)
    daily = pl.DataFrame(rows, schema=DAILY, orient="row")
    additive = [code for code, metric in catalogue.items() if not metric.is_level]
    return DailyTargets(
        _with_company(daily, additive), pl.DataFrame(flaws, schema=FLAWS, orient="row")
    )


def _spread(
    windows: Iterable[Mapping[str, Any]], metric: Metric, weights: Mapping[date, Decimal]
) -> tuple[dict[date, Decimal], list[tuple[object, ...]]]:
    """Spread the windows of one metric and scope, the shortest first."""
    value_of: dict[date, Decimal] = {}
    flaws: list[tuple[object, ...]] = []
    ordered = sorted(
        windows, key=lambda row: (row["period_end"] - row["period_start"], row["period_start"])
    )
    for row in ordered:
        start, end = row["period_start"], row["period_end"]
        target: Decimal = row["target_value"]
        days = days_between(start, end)
        free = [day for day in days if day not in value_of]
        if not metric.is_spread:
            value_of.update(dict.fromkeys(free, target))
            continue
        inside = sum((value_of[day] for day in days if day in value_of), Decimal(0))
        rest = target - inside
        if len(free) < len(days) and rest < 0:
            flaws.append((start, end, "children_exceed_parent", target, inside, -rest))
            rest = Decimal(0)
        elif not free and rest > 0:
            flaws.append((start, end, "undecomposed", target, inside, rest))
        if free:
            scale = places(rest, least=_CENTS) if metric.unit == "money" else _MICROS
            parts = largest_remainder(rest, [weights[day] for day in free], scale)
            value_of.update(zip(free, parts, strict=True))
    return value_of, flaws


def _with_company(daily: pl.DataFrame, additive: list[str]) -> pl.DataFrame:
    """Add up the parts on days for which the company has no target of its own."""
    whole = daily.filter(pl.col("scope_kind") == COMPANY)
    for kind in _PARTS:
        parts = (
            daily.filter((pl.col("scope_kind") == kind) & pl.col("metric").is_in(additive))
            .join(whole, on=["metric", "day"], how="anti")
            .group_by("metric", "day")
            .agg(pl.col("value").sum().cast(NUMBER))
            .select(
                "metric",
                pl.lit(COMPANY).alias("scope_kind"),
                pl.lit(COMPANY).alias("scope"),
                "day",
                "value",
            )
        )
        whole = pl.concat([whole, parts])
    others = daily.filter(pl.col("scope_kind") != COMPANY)
    return pl.concat([whole, others]).sort(*_OWNER, "day")
