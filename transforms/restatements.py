"""What a new edition restates: every figure that differs from the edition before."""

from datetime import datetime

import polars as pl

from transforms.tables.review import MetricPoint, Restatement

_KEY = MetricPoint.primary_key()
_EXACT = ["numerator", "denominator", "state"]


def restatements(
    before: pl.DataFrame, now: pl.DataFrame, loads: pl.DataFrame, since: datetime, reason: str
) -> pl.DataFrame:
    """Compare the metric values of two editions of the same week.

    `before` and `now` are MetricValue rows, `loads` the ops.file rows, `since` the instant the
    edition before was known at. A figure is restated when numerator, denominator or state
    differ; a figure that appears or vanishes is restated from or to null. Returns Restatement
    rows, largest change first.
    """
    kept = [*_KEY, "value", *_EXACT]
    sides = before.select(kept).join(
        now.select(kept), on=_KEY, how="full", coalesce=True, suffix="_now"
    )
    changed = sides.filter(
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in _EXACT)
    )
    later = loads.filter(
        (pl.col("arrived_at") > since) & (pl.col("rows_opened") + pl.col("versions_closed") > 0)
    )
    rows = changed.select(
        *_KEY,
        as_reported="value",
        as_restated="value_now",
        delta=pl.col("value_now") - pl.col("value"),
        reason=pl.lit(reason),
        source=pl.lit("、".join(later["source"].unique().sort()) or None, dtype=pl.String),
        changed_rows=pl.lit(int((later["rows_opened"] + later["versions_closed"]).sum())),
        arrived_at=pl.lit(later["arrived_at"].max(), dtype=pl.Datetime("us")),
    )
    ordered = rows.sort(
        pl.col("delta").abs(), *_KEY, descending=[True] + [False] * len(_KEY), nulls_last=True
    )
    return Restatement.validate(ordered, cast=True)
