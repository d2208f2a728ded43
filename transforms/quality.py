"""How good the newest delivery of each source is: fresh, complete, usual, every row accounted for.

A delivery is what arrived of a source together. Nothing here depends on the order of rows.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from transforms.deliveries import delivered, delivery_totals
from transforms.drift import COMPARED, FEWEST, drifts
from transforms.exact import ratio
from transforms.parameters import ReviewWeek
from transforms.tables.quality import ColumnQuality, SourceQuality

MAIN_DATE: Final = {
    "activity": "occurred_on",
    "campaign_spend": "spent_on",
    "contract": "signed_on",
    "inventory": "counted_on",
    "invoice": "invoiced_on",
    "lead": "created_on",
    "opportunity": "created_on",
    "order_line": "ordered_on",
    "payment": "paid_on",
    "proposal": "submitted_on",
    "stage_event": "changed_on",
}
"""Entity to the day on which its rows happened; an entity that is not here is undated."""

IMPORTANT: Final = {
    "account": ("account_name", "industry", "region", "owner_rep_id"),
    "activity": ("rep_id", "account_id", "activity_type"),
    "assignment": ("rep_name", "manager"),
    "campaign_spend": ("currency",),
    "contract": ("account_id", "rep_id", "amount", "currency"),
    "invoice": ("account_id", "rep_id", "due_on", "currency"),
    "lead": ("rep_id", "channel"),
    "opportunity": ("account_id", "rep_id", "created_on", "amount", "channel", "segment"),
    "order_line": ("account_id", "rep_id", "product_id", "product_line", "channel", "currency"),
    "payment": ("account_id", "rep_id", "invoice_id", "currency"),
    "product": ("product_line",),
    "proposal": ("account_id", "rep_id", "amount"),
    "target": ("owner",),
    "task": ("owner", "planned_end_on"),
}
"""Entity to the columns that figures are formed or cut by and that no row need leave empty."""

MOST_EMPTY: Final = 0.10
"""A column that matters and is emptier than this is named."""
LATE_AFTER: Final = 1.5
"""Times its usual gap: then a source is late."""
BUSY_WEEKS: Final = 7
"""Of the 8 weeks before: a source with rows in so many has something missing in an empty week."""
ROW_FLOOR, ROW_FLOOR_SHARE = 10.0, 0.10
"""A row count never drifts within 10 rows or 10 % of its median."""
NULL_FLOOR: Final = 0.05
"""A null share never drifts within 5 percentage points, nor by fewer than 10 rows."""


def column_quality(
    sources: pl.DataFrame, files: pl.DataFrame, profiles: pl.DataFrame
) -> pl.DataFrame:
    """Say how full each mapped column is and whether that is usual.

    Takes KnownSource, `ops.file` and `ops.column_profile` rows; returns ColumnQuality rows, by
    source and column.
    """
    important = pl.DataFrame(
        [(entity, column) for entity, columns in IMPORTANT.items() for column in columns],
        schema={"entity": pl.String, "column": pl.String},
        orient="row",
    ).with_columns(is_important=pl.lit(value=True))
    mapped = sources.select("source", "entity", column="mapped").explode("column")
    points = (
        profiles.join(
            delivered(files, sources).select("load_number", "source", "position"), "load_number"
        )
        .group_by("source", "column", "position")
        .agg(pl.col("rows").sum(), pl.col("filled").sum())
        .join(mapped, on=["source", "column"], how="inner")
        .with_columns(value=ratio(pl.col("rows") - pl.col("filled"), pl.col("rows")))
    )
    floor = pl.max_horizontal(pl.lit(NULL_FLOOR), ratio(pl.lit(ROW_FLOOR), pl.col("rows")))
    judged = drifts(points, ["source", "column"], floor)
    return ColumnQuality.validate(
        judged.join(important, on=["entity", "column"], how="left")
        .select(
            "source",
            "column",
            pl.col("is_important").fill_null(value=False),
            "rows",
            "filled",
            pl.col("value").alias("null_share"),
            "earlier_loads",
            pl.col("usual").round(6).alias("usual_null_share"),
            pl.col("least").round(6).alias("least_null_share"),
            pl.col("most").clip(upper_bound=1.0).round(6).alias("most_null_share"),
            "state",
        )
        .sort("source", "column"),
        cast=True,
    )


def source_quality(
    sources: pl.DataFrame,
    files: pl.DataFrame,
    columns: pl.DataFrame,
    rejects: pl.DataFrame,
    findings: pl.DataFrame,
    week: ReviewWeek,
    zone: str,
) -> pl.DataFrame:
    """Say of each source how fresh, complete and usual it is.

    Takes KnownSource, `ops.file`, ColumnQuality, outstanding `ops.reject` and `ops.finding` rows,
    the reviewed week and the company's time zone; returns SourceQuality rows by source. Red is
    late, missing though required, or not adding up; yellow anything else that a person should
    look at; grey never loaded.
    """
    totals = delivery_totals(delivered(files, sources))
    found_in = findings.group_by("source").agg(open_findings=pl.len().cast(pl.Int64))
    newest = totals.filter(pl.col("position") == 0).drop("position", "stands_at")
    found = (
        sources.join(newest, on="source", how="left")
        .join(_usual_gaps(totals), on="source", how="left")
        .join(_row_drift(totals), on="source", how="left")
        .join(_filled(columns), on="source", how="left")
        .join(_column_faults(columns), on="source", how="left")
        .join(_open_rejects(rejects), on="source", how="left")
        .join(found_in, on="source", how="left")
        .with_columns(
            pl.col("arrived_at")
            .dt.replace_time_zone("UTC")
            .dt.convert_time_zone(zone)
            .dt.date()
            .alias("arrived_on"),
            pl.col("files", "faults", "open_rejects", "open_findings").fill_null(0),
            pl.col("rows_state").fill_null("no_load"),
        )
        .with_columns(
            age_days=(pl.lit(week.ends_on) - pl.col("newest_on")).dt.total_days(),
            arrival_age_days=(pl.lit(week.ends_on) - pl.col("arrived_on")).dt.total_days(),
        )
        .with_columns(freshness=_freshness(week))
        .with_columns(light=_light())
    )
    return SourceQuality.validate(
        found.select(SourceQuality.column_names()).sort("source"), cast=True
    )


def _usual_gaps(totals: pl.DataFrame) -> pl.DataFrame:
    """Median days between the last nine deliveries of a source, where there are five gaps."""
    gaps = (
        totals.filter(pl.col("position") <= COMPARED)
        .sort("source", "position", descending=[False, True])
        .with_columns(gap=pl.col("stands_at").diff().over("source") / timedelta(days=1))
        .drop_nulls("gap")
    )
    return gaps.group_by("source").agg(
        usual_gap_days=pl.when(pl.len() >= FEWEST).then(pl.col("gap").median())
    )


def _row_drift(totals: pl.DataFrame) -> pl.DataFrame:
    points = totals.select("source", "position", value=pl.col("rows_read").cast(pl.Float64))
    floor = pl.max_horizontal(pl.lit(ROW_FLOOR), pl.col("usual") * ROW_FLOOR_SHARE)
    return drifts(points, ["source"], floor).select(
        "source",
        "earlier_loads",
        usual_rows="usual",
        least_rows="least",
        most_rows="most",
        rows_state="state",
    )


def _filled(columns: pl.DataFrame) -> pl.DataFrame:
    """Cells of the columns that matter; a source that was never profiled has no row."""
    return columns.group_by("source").agg(
        cells=pl.col("rows").filter("is_important").sum(),
        filled_cells=pl.col("filled").filter("is_important").sum(),
    )


def _open_rejects(rejects: pl.DataFrame) -> pl.DataFrame:
    """Count the rows; one may break several rules."""
    return rejects.group_by("source").agg(
        open_rejects=pl.struct("load_number", "row_number").n_unique().cast(pl.Int64)
    )


def _column_faults(columns: pl.DataFrame) -> pl.DataFrame:
    """Count the columns that drift, or that matter and are too empty."""
    return columns.filter(is_faulty()).group_by("source").agg(faults=pl.len().cast(pl.Int64))


def is_faulty() -> pl.Expr:
    """Whether a row of ColumnQuality is to be named: it drifts, or matters and is too empty."""
    is_empty = pl.col("is_important") & (pl.col("null_share") > MOST_EMPTY)
    return (pl.col("state") == "drift") | is_empty.fill_null(value=False)


def _freshness(week: ReviewWeek) -> pl.Expr:
    is_rhythmic = pl.col("usual_gap_days").is_not_null()
    is_in_time = pl.col("arrival_age_days") <= LATE_AFTER * pl.col("usual_gap_days")
    return (
        pl.when(pl.col("files") == 0)
        .then(pl.lit("no_load"))
        .when(pl.col("known_rows") == 0)
        .then(pl.lit("no_data"))
        .when(~pl.col("entity").is_in([*MAIN_DATE]))
        .then(pl.lit("undated"))
        .when(pl.col("newest_on") >= week.starts_on)
        .then(pl.lit("fresh"))
        .when(pl.col("arrival_age_days") < 0)
        .then(pl.lit("zero"))
        .when(~is_rhythmic)
        .then(pl.lit("too_few_loads"))
        .when(is_in_time)
        .then(pl.lit("not_due"))
        .otherwise(pl.lit("late"))
    )


def _light() -> pl.Expr:
    is_late = pl.col("freshness") == "late"
    is_missing = (pl.col("freshness") == "no_load") & pl.col("is_required")
    is_lossy = ~pl.col("is_conserved").fill_null(value=True)
    is_quiet = pl.col("freshness").is_in(["zero", "too_few_loads"])
    is_odd = (
        (is_quiet & (pl.col("active_weeks") >= BUSY_WEEKS))
        | (pl.col("freshness") == "no_data")
        | (pl.col("rows_state") == "drift")
        | (pl.col("faults") > 0)
        | (pl.col("open_rejects") > 0)
        | (pl.col("open_findings") > 0)
    )
    return (
        pl.when(is_late | is_missing | is_lossy)
        .then(pl.lit("red"))
        .when(is_odd.fill_null(value=False))
        .then(pl.lit("yellow"))
        .when(pl.col("freshness") == "no_load")
        .then(pl.lit("grey"))
        .otherwise(pl.lit("green"))
    )
