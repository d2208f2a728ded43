"""Targets per day (D-2): every window spread over its days, so that parts add up exactly."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.calendar import day_weights
from transforms.catalogue import Metric
from transforms.exact import places
from transforms.parameters import Calendar
from transforms.scopes import COMPANY
from transforms.spreading import spread
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
_BOUNDS: Final = ("period_start", "period_end")
_MILLIONTH: Final = Decimal("0.000001")
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
    windows = _windows(targets, catalogue)
    found = spread(windows.filter("is_known"), _whole(weights))
    owners = windows.select("owner", *_OWNER).unique("owner")
    ordered = found.daily.sort("owner", "day")
    daily = ordered.join(owners, on="owner", maintain_order="left").select(
        *_OWNER, "day", _as_number(pl.col("value")).alias("value")
    )
    additive = [code for code, metric in catalogue.items() if not metric.is_level]
    return DailyTargets(_with_company(daily, additive), _flaws(windows, found.windows))


def _windows(targets: pl.DataFrame, catalogue: Mapping[str, Metric]) -> pl.DataFrame:
    """Number the windows of each owner in the order in which they take their days."""

    def is_one_of(codes: Iterable[str]) -> pl.Expr:
        return pl.col("metric").is_in([*codes])

    length = pl.col("period_end") - pl.col("period_start")
    return (
        targets.sort(*_OWNER, length, "period_start")
        .with_columns(
            pl.any_horizontal(pl.col(name) != pl.col(name).shift(1) for name in _OWNER)
            .fill_null(value=False)
            .cum_sum()
            .alias("owner"),
            pl.col("target_value").cast(NUMBER).to_physical().alias("amount"),
            is_one_of(catalogue).alias("is_known"),
            is_one_of(code for code, each in catalogue.items() if each.is_spread).alias(
                "is_spread"
            ),
            is_one_of(code for code, each in catalogue.items() if each.unit == "money").alias(
                "is_money"
            ),
        )
        .with_row_index("window")
    )


def _whole(weights: Mapping[date, Decimal]) -> pl.DataFrame:
    """Weights of days as whole numbers in proportion: day, weight."""
    finest = 10 ** max(places(weight, least=0) for weight in weights.values())
    return pl.DataFrame(
        {"day": [*weights], "weight": [int(weight * finest) for weight in weights.values()]},
        schema={"day": pl.Date, "weight": pl.Int64},
    )


def _as_number(millionths: pl.Expr) -> pl.Expr:
    return (millionths.cast(pl.Decimal(38, 0)) * pl.lit(_MILLIONTH)).cast(NUMBER)


def _flaws(windows: pl.DataFrame, spread_out: pl.DataFrame) -> pl.DataFrame:
    """What is wrong with the windows, owner by owner."""
    rest, is_left = pl.col("rest"), pl.col("is_spread") & (pl.col("rest") > 0)
    flaw = (
        pl.when(pl.col("is_spread") & (rest < 0) & (pl.col("free") < pl.col("days")))
        .then(pl.lit("children_exceed_parent"))
        .when(is_left & (pl.col("free") == 0))
        .then(pl.lit("undecomposed"))
    )
    judged = spread_out.with_columns(flaw.alias("flaw")).filter(pl.col("flaw").is_not_null())
    unknown = windows.filter(~pl.col("is_known")).sort("owner", *_BOUNDS)
    nothing = (pl.lit(None, dtype=NUMBER).alias(name) for name in ("parent", "parts", "amount"))
    numbers = (
        _as_number(each).alias(name)
        for each, name in (
            (pl.col("amount"), "parent"),
            (pl.col("inside"), "parts"),
            (pl.col("rest").abs(), "amount"),
        )
    )
    kept = ["owner", *_OWNER, *_BOUNDS, "flaw"]
    return (
        pl.concat(
            [
                unknown.with_columns(pl.lit("metric_unknown").alias("flaw")).select(
                    *kept, *nothing
                ),
                judged.select(*kept, *numbers),
            ]
        )
        .sort("owner", maintain_order=True)
        .select(FLAWS.names())
    )


def _with_company(daily: pl.DataFrame, additive: list[str]) -> pl.DataFrame:
    """Add up the parts on days for which the company has no target of its own.

    The rows are in the order of their owners and days, and so is the result.
    """
    whole = daily.filter(pl.col("scope_kind") == COMPANY)
    given = whole.height
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
    if whole.height == given:
        return daily
    others = daily.filter(pl.col("scope_kind") != COMPANY)
    return pl.concat([whole, others]).sort(*_OWNER, "day")
