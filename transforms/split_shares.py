"""What the parts of a target brought in the same window a year before (D-2)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.points import metric_points
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


def values_last_year(
    facts: Mapping[str, pl.LazyFrame],
    targets: pl.DataFrame,
    splits: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    as_of: date,
) -> pl.DataFrame:
    """Measure the windows of the targets that are split by last year's share, a year before.

    Returns `SHARES`; no row where the facts do not reach back so far.
    """
    wanted = splits.filter(pl.col("rule") == "last_year").select("target_id").unique()
    windows = (
        targets.join(wanted, on="target_id", how="semi")
        .filter(pl.col("metric").is_in(list(catalogue)))
        .select("metric", *_WINDOW)
        .unique()
    )
    before = windows.with_columns(
        pl.col("period_start").dt.offset_by("-1y").alias("from"),
        pl.col("period_end").dt.offset_by("1d").dt.offset_by("-1y").dt.offset_by("-1d").alias("to"),
    )
    if before.is_empty():
        return pl.DataFrame(schema=SHARES)
    chosen = {code: catalogue[code] for code in sorted(set(windows["metric"].to_list()))}
    periods = before.select(
        pl.lit("year_before").alias("period_kind"),
        pl.col("from").alias("period_start"),
        pl.col("to").alias("period_end"),
    ).unique()
    points = metric_points(facts, chosen, periods, as_of=as_of)
    return before.join(
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
