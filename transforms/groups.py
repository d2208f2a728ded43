"""Facts of which like rows were put together while they were read.

Of 20 million order lines the metrics need no single one: what matters of a line is its day, its
scopes, which measures count it, and its amounts. Lines alike in the first three are one group. Who
reads a fact asks for groups by `grouping`; `transforms.cells.day_cells` adds up rows and groups.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.cells import ROWS, Cut, counts, labelled
from transforms.definitions.metric import LEVEL_HOWS
from transforms.documents import Documents
from transforms.layers import layers_by_day, stretches
from transforms.tables.facts import Fact

MOST_MARKS: Final = 62
"""Marks that one whole number holds."""


@dataclass(frozen=True)
class FactGroups:
    """One fact, as metrics need it."""

    cuts: Mapping[Cut, pl.DataFrame]
    """For each cut occurred_on, its scopes, which measures count the group (`counts`), `ROWS`, and
    the amounts added up. None where every row is there."""
    rows: pl.DataFrame
    """Every row; beside groups the rows with what is counted distinct."""
    recorded: frozenset[str]
    """Columns that are not wholly empty."""
    documents: Documents | None = None
    """What is counted distinct, where that is documents and customers alone."""

    def totals(self) -> pl.LazyFrame:
        """The groups of one cut, which hold every row once."""
        return next(iter(self.cuts.values())).lazy()


def single_rows(fact: pl.LazyFrame | FactGroups) -> pl.LazyFrame:
    """Give the single rows there are of a fact: all of one on a day, such as open deals."""
    return fact.rows.lazy() if isinstance(fact, FactGroups) else fact


def rows_alone(rows: pl.DataFrame) -> FactGroups:
    """A fact that is read whole."""
    return FactGroups({}, rows, filled(rows))


def filled(rows: pl.DataFrame) -> frozenset[str]:
    """Name the columns that are not wholly empty."""
    return frozenset(name for name in rows.columns if rows[name].count() > 0)


@dataclass(frozen=True)
class Grouping:
    """How the rows of a fact are put together."""

    measures: Mapping[str, Measure]
    """Label (`transforms.cells.labelled`) to what it measures."""
    known: Sequence[str]
    """Columns read that may say nothing: of these it matters whether they say anything at all."""
    given: Sequence[str]
    """Columns that always say something, the day among them."""
    stretches: pl.DataFrame
    """Days with the stretch that each belongs to and the bounds of its periods
    (`transforms.layers.stretches`, `layers_by_day`)."""

    @property
    def amounts(self) -> list[str]:
        """Columns that are added up."""
        added = {str(each.column) for each in self.measures.values() if each.how == "sum"}
        return sorted(added)

    def recorded(self, groups: pl.DataFrame) -> frozenset[str]:
        """Name the columns that any row says something in, by the bits after those of measures."""
        first, every = len(self.measures), groups["marks"].unique()
        found = [
            name
            for at, name in enumerate(self.known, start=first)
            if (every // 2**at % 2 == 1).any()
        ]
        return frozenset([*found, *self.given]) if len(every) else frozenset()


def with_marks(frame: pl.DataFrame, measures: Iterable[str]) -> pl.DataFrame:
    """Say in a column for each measure whether it counts a row, by the bits of `marks`."""
    return frame.with_columns(
        (pl.col("marks") // 2**at % 2 == 1).alias(counts(name)) for at, name in enumerate(measures)
    )


def grouping(
    measures: Mapping[str, Measure],
    days: pl.DataFrame,
    contract: type[Fact],
    bounds: Iterable[date] = (),
) -> Grouping | None:
    """Say how the rows of a fact are put together for measures; None where they cannot be.

    `measures` (name to measure), `days` (`transforms.layers.period_days`) and the `contract` are
    those of the fact; `bounds` are days before which rows are told apart from those on or after it.
    What adds up is added up; single rows are needed of what lasts, for levels, and where an amount
    is not exact, because it is rounded row by row.
    """
    if any(each.lasts or each.how in LEVEL_HOWS for each in measures.values()):
        return None
    summed = {name: each for name, each in measures.items() if each.how != "count_distinct"}
    read = sorted({"occurred_on"}.union(*(each.columns for each in measures.values())))
    columns, schema = contract.columns(), contract.create_empty().schema
    known = [name for name in read if columns[name].nullable]
    given = [name for name in read if not columns[name].nullable]
    of_day = stretches(days, bounds).join(
        layers_by_day(days), on="day", how="left", maintain_order="left"
    )
    found = Grouping(labelled(summed, days), known, given, of_day)
    is_exact = all(schema[name].is_decimal() or schema[name].is_integer() for name in found.amounts)
    fits = len(found.measures) + len(found.known) <= MOST_MARKS
    return found if is_exact and fits and ROWS not in schema else None
