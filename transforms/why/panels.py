"""A series week by week in a place and in the places like it, measured on the facts there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.catalogue import Measure, Metric
from transforms.definitions.metric import SNAPSHOT_FACTS
from transforms.scopes import COMPANY, UNASSIGNED
from transforms.tables.columns import NUMBER
from transforms.why.places import PLACE
from transforms.why.rows import FINE, FactRows, Kept
from transforms.why.sums import distinct_by, summed_by

WEEKS: Final = 104
"""Weeks up to the as-of date that are looked at."""

MOST_LIKE: Final = 12
"""Like segments compared with: the largest."""

_COLUMN: Final = "week_number"

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """What is measured: a sum a week, or a quotient of two sums of one fact."""

    code: str
    kind: Literal["metric", "condition"]
    unit: str
    numerator: Measure
    denominator: Measure | None = None

    @property
    def fact(self) -> str:
        """The fact it is measured on."""
        return self.numerator.fact


def series_of(metric: Metric) -> Series | None:
    """Read a process metric as a weekly series; None where a week of it is no sum of rows."""
    sides = [metric.numerator, *([metric.denominator] if metric.denominator else [])]
    is_sum = all(side.how in {"sum", "count"} and not side.needs_period for side in sides)
    is_one = len({side.fact for side in sides}) == 1
    is_state = metric.numerator.fact in SNAPSHOT_FACTS
    if metric.kind != "process" or metric.rule != "measures" or is_state:
        return None
    if not is_sum or not is_one:
        return None
    return Series(metric.code, "metric", metric.unit, metric.numerator, metric.denominator)


@dataclass(frozen=True)
class Panel:
    """Units × weeks, oldest week first; the first unit is the place itself."""

    dimensions: tuple[str, ...]
    """Of the place; none for the scope of the case as a whole."""
    units: tuple[tuple[str, ...], ...]
    first_week: int
    """First week in which the fact is recorded within the scope."""
    numerators: Mapping[str, Matrix]
    denominators: Mapping[str, Matrix]


@dataclass(frozen=True)
class Panels(Kept):
    """Facts measured by week, once for all scopes of a kind and each choice of dimensions."""

    rows: FactRows
    as_of: date
    series: Sequence[Series]

    def of(self, fact: str, scope: tuple[str, str], segment: Mapping[str, str]) -> Panel | None:
        """Measure all series of a fact in a place and the places like it.

        The place is the segment within the scope, a product or customer as well where the fact
        carries its number. Dimensions by which the fact is not recorded there are left out, and so
        is the scope (stock belongs to no team). Like places have other members of the same
        dimensions within the same scope; for a region as a whole, the other regions. A team as a
        whole has none: its pack must not change with another team's data.
        None where nothing is recorded.
        """
        kind, name = scope
        if fact not in self.rows.facts:
            return None
        if not self.rows.has(fact, kind, name):
            if self._is_owned(fact, kind):
                return None
            kind, name = COMPANY, COMPANY
        dimensions = tuple(
            dimension
            for dimension, member in segment.items()
            if member in self._members(fact, kind, FINE.get(dimension, dimension)).get(name, ())
        )
        place = tuple(segment[dimension] for dimension in dimensions)
        if not dimensions and (kind, name) != scope:
            return None
        by = tuple(FINE.get(dimension, dimension) for dimension in dimensions)
        if not dimensions and kind == "region":
            by, place = ("region",), (name,)
            kind, name = COMPANY, COMPANY
        return self.once(
            (fact, kind, name, by, place, dimensions),
            lambda: _panel(self._cells(fact, kind, name, by), by, place, dimensions),
        )

    def _is_owned(self, fact: str, kind: str) -> bool:
        """Whether a scope of a kind owns any row of a fact."""
        column = self.rows.facts[fact][kind]
        return self.once(("owned", fact, kind), lambda: bool((column != UNASSIGNED).any()))

    def _members(self, fact: str, kind: str, column: str) -> dict[str, frozenset[str]]:
        """The members of a dimension that a fact has in a column, by scope."""
        rows, places = self.rows.facts[fact], self.rows.places[fact]
        own = pl.lit(COMPANY) if kind == COMPANY else pl.col(kind).cast(pl.String)

        def known() -> dict[str, frozenset[str]]:
            keys = [column] if kind in {COMPANY, column} else [kind, column]
            if column in places.frame.columns:
                pairs = distinct_by(places.frame, keys)
            elif column in rows.columns:
                pairs = distinct_by(places.with_columns(rows, keys), keys)
            else:
                return {}
            members: dict[str, set[str]] = {}
            told = pairs.select(own.alias("scope"), pl.col(column).cast(pl.String))
            for scope, member in told.iter_rows():
                members.setdefault(scope, set()).add(member)
            return {scope: frozenset(found) for scope, found in members.items()}

        return self.once(("members", fact, kind, column), known)

    def _cells(self, fact: str, kind: str, name: str, by: tuple[str, ...]) -> pl.DataFrame:
        """Sums by place and week within one scope."""
        own = [] if kind == COMPANY else [kind]

        def measured() -> dict[str, pl.DataFrame]:
            fine = [column for column in by if column in FINE.values()]
            weekly = self._weekly(fact) if fine else self._by_place(fact)
            places = self.rows.places[fact]
            sums = places.summed(weekly, (*own, *by), [*fine, _COLUMN], self._names(fact)).select(
                *(pl.col(each).cast(pl.String) for each in dict.fromkeys((*own, *by))),
                _COLUMN,
                *(pl.col(each).cast(pl.Float64) * side.factor for each, side in self._sides(fact)),
            )
            if not own:
                return {COMPANY: sums}
            parts = sums.partition_by(kind, as_dict=True, include_key=False)
            return {str(scope): part for (scope,), part in parts.items()} | {"": sums.drop(kind)}

        known = self.once(("cells", fact, kind, by), measured)
        return known.get(name, known[""].clear() if own else known[COMPANY])

    def _by_place(self, fact: str) -> pl.DataFrame:
        """What each place adds to each series by week."""
        return self.once(
            ("by place", fact),
            lambda: summed_by(self._weekly(fact), [PLACE, _COLUMN], self._names(fact)),
        )

    def _weekly(self, fact: str) -> pl.DataFrame:
        """Rows of a fact with their week, their places and what they add to each series."""
        rows = self.rows.facts[fact]
        first = self.as_of - timedelta(days=7 * WEEKS - 1)
        week = (pl.col("occurred_on") - first).dt.total_days() // 7
        places = [name for name in (PLACE, *FINE.values()) if name in rows.columns]
        amounts = [_amount(side).alias(name) for name, side in self._sides(fact)]
        is_recent = week.is_between(0, WEEKS - 1)

        def narrow() -> pl.DataFrame:
            chosen = rows.lazy().filter(is_recent)
            return chosen.select(*places, week.cast(pl.UInt8).alias(_COLUMN), *amounts).collect()

        return self.once(("weekly", fact), narrow)

    def _names(self, fact: str) -> list[str]:
        return [name for name, _ in self._sides(fact)]

    def _sides(self, fact: str) -> Iterator[tuple[str, Measure]]:
        """Measures of the series of a fact, by the columns that hold them."""
        for each in self.series:
            if each.fact != fact:
                continue
            yield f"{each.code}:n", each.numerator
            if each.denominator is not None:
                yield f"{each.code}:d", each.denominator


def _panel(
    cells: pl.DataFrame, by: tuple[str, ...], place: tuple[str, ...], dimensions: tuple[str, ...]
) -> Panel:
    units = _units(cells, by, place)
    index = pl.DataFrame(
        [(*unit, row) for row, unit in enumerate(units)],
        schema={**dict.fromkeys(by, pl.String), "unit": pl.Int64},
        orient="row",
    )
    placed = cells.join(index, on=by) if by else cells.with_columns(unit=pl.lit(0))
    spot = placed["unit"].to_numpy(), placed[_COLUMN].to_numpy()
    sides: dict[str, dict[str, Matrix]] = {"n": {}, "d": {}}
    for column in cells.columns[len(by) + 1 :]:
        code, _, side = column.rpartition(":")
        matrix = np.zeros((len(units), WEEKS))
        matrix[spot] = placed[column].to_numpy()
        sides[side][code] = matrix
    first_week = min(cells[_COLUMN].to_list(), default=WEEKS)
    return Panel(dimensions, units, first_week, sides["n"], sides["d"])


def _units(
    cells: pl.DataFrame, by: tuple[str, ...], place: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    """The place, then the like places with most to count, the largest first."""
    if not by:
        return (place,)
    others = pl.any_horizontal(
        pl.col(name) != member for name, member in zip(by, place, strict=True)
    )
    counted = cells.columns[len(by) + 1 :]
    largest = (
        cells.filter(others)
        .group_by(by)
        .agg(size=pl.sum_horizontal(pl.col(counted).sum()))
        .sort("size", *by, descending=[True, *[False] * len(by)])
        .head(MOST_LIKE)
        .select(by)
    )
    return (place, *(tuple(str(name) for name in row) for row in largest.iter_rows()))


def _amount(measure: Measure) -> pl.Expr:
    """What a row adds, exact, so that the order of rows is nothing to the last digit."""
    if measure.column is None or measure.how == "count":
        counts = pl.lit(value=True) if measure.where is None else measure.where
        return counts.cast(pl.UInt32)
    amount = pl.col(measure.column).cast(NUMBER)
    return amount if measure.where is None else pl.when(measure.where).then(amount)
