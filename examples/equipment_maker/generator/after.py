"""The weeks after the last export, in the CRM's leads alone: how the story of 华东二部 ends."""

from dataclasses import replace
from typing import Final

import polars as pl

from generator.crm import leads
from generator.days import to_date
from generator.world import World
from generator.writing import Book, Sheet, sheet

LIKE: Final = (0, 4)
"""The week that each following one is like, counted back from the last: first nothing has changed,
then the channel is screened and its leads are what they were before they were invented."""


def leads_after(world: World) -> Book:
    """Give the CRM's whole export of leads as it is after each of the following weeks.

    Every export holds what was there before, unchanged, and the leads of the new weeks: those of
    the week it is like, on the same weekdays, under new numbers. Other systems export nothing.
    """
    found: dict[str, list[Sheet]] = {}
    known = world.leads
    for number, back in enumerate(LIKE, start=1):
        known = pl.concat([known, _repeated(world, known, number, back)])
        until = world.days.end + 7 * number
        year, week, _ = to_date(until).isocalendar()
        export = sheet(leads(replace(world, leads=known), until))
        found[f"after/{year}-W{week:02d}/线索.csv"] = [export]
    return Book(found)


def _repeated(world: World, known: pl.DataFrame, number: int, back: int) -> pl.DataFrame:
    """The leads of one week once more, so many weeks later."""
    end, first = world.days.end - 7 * back, int(known["lead"].to_numpy().max()) + 1
    again = known.filter(pl.col("day").is_between(end - 6, end)).sort("lead")
    moved = 7 * (back + number)
    return again.with_columns(
        (pl.int_range(pl.len(), dtype=pl.Int64) + first).alias("lead"),
        (pl.col("day") + moved).alias("day"),
    ).select(known.columns)
