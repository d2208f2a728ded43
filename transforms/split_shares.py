"""What the parts of a target brought in the same window a year before (D-2)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.points import Facts, metric_points
from transforms.tables.columns import NUMBER

_WINDOW: Final = ["period_start", "period_end"]
SHARES: Final = pl.Schema(
    {
        **dict.fromkeys(("metric", "scope_kind", "scope"), pl.String()),
        **dict.fromkeys(_WINDOW, pl.Date()),
        "value": NUMBER,
    }
)
"""The window is that of the target, the value that of a year before, in the metric's unit."""


def splits_last_year(
    targets: pl.DataFrame, splits: pl.DataFrame, catalogue: Mapping[str, Metric]
) -> pl.DataFrame:
    """The windows that are measured for splits by last year's share, each a year before.

    Returns metric, period_start and period_end of the target, and its window of a year before:
    from, to.
    """
    wanted = splits.filter(pl.col("rule") == "last_year").select("target_id").unique()
    windows = (
        targets.join(wanted, on="target_id", how="semi")
        .filter(pl.col("metric").is_in(list(catalogue)))
        .select("metric", *_WINDOW)
        .unique()
    )
    return windows.with_columns(
        pl.col("period_start").dt.offset_by("-1y").alias("from"),
        pl.col("period_end").dt.offset_by("1d").dt.offset_by("-1y").dt.offset_by("-1d").alias("to"),
    )


def split_metrics(windows: pl.DataFrame, catalogue: Mapping[str, Metric]) -> dict[str, Metric]:
    """The metrics of `splits_last_year`."""
    return {code: catalogue[code] for code in sorted(set(windows["metric"].to_list()))}


def split_periods(windows: pl.DataFrame) -> pl.DataFrame:
    """The periods of `splits_last_year`: period_kind, period_start and period_end."""
    return windows.select(
        pl.lit("year_before").alias("period_kind"),
        pl.col("from").alias("period_start"),
        pl.col("to").alias("period_end"),
    ).unique()


def values_last_year(
    facts: Facts, windows: pl.DataFrame, catalogue: Mapping[str, Metric], as_of: date
) -> pl.DataFrame:
    """Measure the windows of `splits_last_year`.

    The facts are those that `split_metrics` are formed of, over `split_periods` where they come as
    groups. Returns `SHARES`; no row where the facts do not reach back so far.
    """
    if windows.is_empty():
        return pl.DataFrame(schema=SHARES)
    chosen = split_metrics(windows, catalogue)
    points = metric_points(facts, chosen, split_periods(windows), as_of=as_of)
    return windows.join(
        points.select(
            "metric",
            "scope_kind",
            "scope",
            pl.col("period_start").alias("from"),
            pl.col("period_end").alias("to"),
            pl.col("numerator").alias("value"),
        ),
        on=["metric", "from", "to"],
    ).select(list(SHARES))


def with_derived(targets: pl.DataFrame, derived: pl.DataFrame) -> pl.DataFrame:
    """Put the derived targets (`DerivedTarget`) below those of the plan, as rows of `Target`."""
    rows = derived.select(name for name in targets.columns if name in derived.columns)
    return pl.concat([targets, rows], how="diagonal") if derived.height else targets
