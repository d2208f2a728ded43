"""The funnel: what passed through each open stage, and where it is stuck."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from transforms.exact import ratio
from transforms.parameters import Parameters
from transforms.reads import Columns
from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.tables.columns import MONEY
from transforms.tables.review import FunnelStage

FACTS_READ: Final[Columns] = {
    "stage_exit": ("occurred_on", "stage", "is_forward", "stage_days"),
    "open_deal": ("stage", "amount", "stage_days", "allowed_days"),
}
"""Columns that `funnel_stages` reads."""

_CELL: Final = ["scope_kind", "scope", "stage"]
_WINDOW: Final = timedelta(weeks=13)
_DAY: Final = timedelta(days=1)


def funnel_stages(facts: Mapping[str, pl.LazyFrame], parameters: Parameters) -> pl.DataFrame:
    """Describe every open stage of every scope over the 13 weeks to the as-of date (`FunnelStage`).

    The bottleneck of a scope is the stage whose conversion fell most below that of the 13 weeks
    before, among the stages that enough deals left in both; the earlier stage where two are equal,
    and none where no conversion fell.
    """
    stages = [stage for stage in parameters.stages if stage.outcome == "open"]
    as_of = parameters.week.ends_on
    known = pl.DataFrame(
        [(stage.name, stage.position) for stage in stages],
        schema={"stage": pl.String, "position": pl.Int64},
        orient="row",
    )
    exits = facts["stage_exit"].join(known.lazy(), on="stage", how="semi").collect()
    deals = facts["open_deal"].join(known.lazy(), on="stage", how="semi").collect()
    if exits.is_empty() and deals.is_empty():
        return FunnelStage.create_empty()
    day = pl.col("occurred_on")
    now = _passed(exits.filter(day.is_between(as_of - _WINDOW + _DAY, as_of)))
    earlier = exits.filter(day.is_between(as_of - 2 * _WINDOW + _DAY, as_of - _WINDOW))
    before = _passed(earlier).select(
        *_CELL,
        ratio(pl.col("left_forward"), pl.col("left")).alias("baseline_conversion"),
        pl.col("left").alias("left_before"),
    )
    held = _held(deals)
    frame = (
        pl.concat([now.select(_CELL[:2]), held.select(_CELL[:2])])
        .unique()
        .join(known, how="cross")
        .join(now, on=_CELL, how="left")
        .join(before, on=_CELL, how="left")
        .join(held, on=_CELL, how="left")
        .with_columns(
            pl.col("left_forward", "left", "left_before", "open_count").fill_null(0),
            ratio(pl.col("left_forward"), pl.col("left")).alias("conversion"),
            ratio(pl.col("days"), pl.col("timed")).alias("mean_days"),
            _overdue([stage.name for stage in stages if stage.allowed_days is not None]),
        )
        .sort("scope_kind", "scope", "position")
    )
    judged = _with_bottleneck(frame, parameters.lights.minimum_cases)
    return FunnelStage.validate(judged.select(FunnelStage.column_names()), cast=True)


def _scoped(fact: pl.DataFrame) -> pl.DataFrame:
    """One copy of every row for each scope it belongs to."""
    return pl.concat(
        [
            fact.with_columns(
                pl.lit(kind).alias("scope_kind"),
                (pl.lit(COMPANY) if kind == COMPANY else pl.col(kind).cast(pl.String)).alias(
                    "scope"
                ),
            )
            for kind in SCOPE_KINDS
        ]
    )


def _passed(exits: pl.DataFrame) -> pl.DataFrame:
    return (
        _scoped(exits)
        .group_by(_CELL)
        .agg(
            pl.col("is_forward").sum().cast(pl.Int64).alias("left_forward"),
            pl.len().cast(pl.Int64).alias("left"),
            pl.col("stage_days").sum().alias("days"),
            pl.col("stage_days").count().cast(pl.Int64).alias("timed"),
        )
    )


def _held(deals: pl.DataFrame) -> pl.DataFrame:
    return (
        _scoped(deals)
        .group_by(_CELL)
        .agg(
            pl.len().cast(pl.Int64).alias("open_count"),
            # a sum of nothing known is unknown, not 0
            pl.when(pl.col("amount").count() > 0)
            .then(pl.col("amount").sum().cast(MONEY))
            .alias("open_amount"),
            (pl.col("stage_days") > pl.col("allowed_days")).sum().cast(pl.Int64).alias("overdue"),
        )
    )


def _overdue(limited: list[str]) -> pl.Expr:
    """Overdue deals where the stage has a limit; null where it has none."""
    return (
        pl.when(pl.col("stage").is_in(limited))
        .then(pl.col("overdue").fill_null(0))
        .alias("overdue_count")
    )


def _with_bottleneck(frame: pl.DataFrame, minimum_cases: int) -> pl.DataFrame:
    is_judged = (pl.col("left") >= minimum_cases) & (pl.col("left_before") >= minimum_cases)
    drop = pl.col("baseline_conversion") - pl.col("conversion")
    worst = (
        frame.with_columns(pl.when(is_judged & (drop > 0)).then(drop).alias("drop"))
        .filter(pl.col("drop").is_not_null())
        .sort("drop", "position", descending=[True, False])
        .unique(["scope_kind", "scope"], keep="first", maintain_order=True)
        .select(*_CELL, pl.lit(value=True).alias("is_bottleneck"))
    )
    return frame.join(worst, on=_CELL, how="left", maintain_order="left").with_columns(
        pl.col("is_bottleneck").fill_null(value=False)
    )
