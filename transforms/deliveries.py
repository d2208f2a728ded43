"""What arrived of a source together: loads as deliveries, newest first."""

from datetime import date
from typing import Final

import polars as pl

APART: Final = pl.duration(seconds=1)
"""Loads of one run stand microseconds apart in the journal; those of two runs never so close."""

COUNTS: Final = (
    "rows_read",
    "rows_opened",
    "rows_unchanged",
    "rows_rejected",
    "rows_superseded",
    "rows_deleting",
    "versions_closed",
)
PARTS: Final = COUNTS[1:6]
"""What the rows read of a file are: they add up to them."""


def delivered(files: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Give each load of `ops.file` its delivery: `position` 0 is the newest of its source.

    A delivery is what arrived in one run; snapshots whose names state several days are one each,
    as each is a whole. A run that holds a file of the one before it was read again from the
    archive, after a change of the settings: nothing arrived. Its files stand where they first
    arrived, with the counts of their last reading. Takes KnownSource rows as well.
    """
    number = (pl.col("arrived_at").diff() >= APART).fill_null(value=True).cum_sum()
    loads = files.sort("source", "arrived_at", "load_number").with_columns(
        run=number.over("source").cast(pl.Int64)
    )
    earlier = loads.select("source", "file_id", pl.col("run") + 1)
    again = loads.join(earlier, on=["source", "file_id", "run"], how="semi").select(
        "source", "run", is_again=True
    )
    same = ["source", "file_id"]
    snapshots = sources.filter(pl.col("mode") == "snapshot").get_column("source").to_list()
    day = pl.when(pl.col("source").is_in(snapshots)).then("stated_on")
    order = pl.struct("run", day.fill_null(date.min))
    return (
        loads.join(again.unique(), on=["source", "run"], how="left")
        .with_columns(run=pl.when("is_again").then(pl.col("run").min().over(same)).otherwise("run"))
        .with_columns(arrived_at=pl.col("arrived_at").min().over(*same, "run"))
        .sort("load_number")
        .unique([*same, "run"], keep="last", maintain_order=True)
        .with_columns(
            position=order.rank("dense", descending=True).over("source").cast(pl.Int64) - 1
        )
        .drop("is_again", "run")
    )


def delivery_totals(loads: pl.DataFrame) -> pl.DataFrame:
    """Sum `delivered` loads to one row per source and delivery; `is_conserved` over its files.

    `stands_at` is the end of the day that its files' names state, else when it arrived.
    """
    end_of_day = pl.col("stated_on").cast(pl.Datetime("us")) + pl.duration(days=1)
    adds_up = pl.col("rows_read") == pl.sum_horizontal(PARTS)
    return loads.group_by("source", "position").agg(
        pl.col("arrived_at").max(),
        pl.coalesce(end_of_day, "arrived_at").max().alias("stands_at"),
        pl.len().cast(pl.Int64).alias("files"),
        *(pl.col(name).sum() for name in COUNTS),
        adds_up.all().alias("is_conserved"),
    )


def outstanding_rejects(
    loads: pl.DataFrame, rejects: pl.DataFrame, sources: pl.DataFrame
) -> pl.DataFrame:
    """Keep the rejects whose rows are missing now, each with its source and file.

    Of a snapshot those of the newest delivery: it is the whole truth. Of a delta those of every
    file, since no later one repeats its rows. Takes `delivered` loads and KnownSource rows.
    """
    deltas = sources.filter(pl.col("mode") == "delta").get_column("source").to_list()
    current = loads.filter((pl.col("position") == 0) | pl.col("source").is_in(deltas))
    return rejects.join(
        current.select("load_number", "source", "file_name"), on="load_number", how="inner"
    )
