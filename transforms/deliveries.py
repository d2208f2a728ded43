"""What arrived of a source in one run: loads as deliveries, newest first."""

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


def delivered(files: pl.DataFrame) -> pl.DataFrame:
    """Give each load of `ops.file` its delivery: `position` 0 is the newest of its source.

    A delivery that holds a file of the one before it was read again from the archive, after a
    change of the settings: nothing arrived. Its files stand where they first arrived, with the
    counts of their last reading.
    """
    number = (pl.col("arrived_at").diff() >= APART).fill_null(value=True).cum_sum()
    loads = files.sort("source", "arrived_at", "load_number").with_columns(
        delivery=number.over("source").cast(pl.Int64)
    )
    earlier = loads.select("source", "file_id", pl.col("delivery") + 1)
    again = loads.join(earlier, on=["source", "file_id", "delivery"], how="semi").select(
        "source", "delivery", is_again=True
    )
    same = ["source", "file_id"]
    first = pl.col("delivery").min().over(same)
    return (
        loads.join(again.unique(), on=["source", "delivery"], how="left")
        .with_columns(delivery=pl.when("is_again").then(first).otherwise("delivery"))
        .with_columns(arrived_at=pl.col("arrived_at").min().over(*same, "delivery"))
        .sort("load_number")
        .unique([*same, "delivery"], keep="last", maintain_order=True)
        .with_columns(
            position=pl.col("delivery").rank("dense", descending=True).over("source").cast(pl.Int64)
            - 1
        )
        .drop("is_again", "delivery")
    )


def delivery_totals(loads: pl.DataFrame) -> pl.DataFrame:
    """Sum `delivered` loads to one row per source and delivery; `is_conserved` over its files."""
    adds_up = pl.col("rows_read") == pl.sum_horizontal(PARTS)
    return loads.group_by("source", "position").agg(
        pl.col("arrived_at").max(),
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
