"""What evidence of levels 4 and 5 is looked for in, and about which places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from transforms.catalogue import Metric
from transforms.parameters import Parameters
from transforms.why.case import Case, Window
from transforms.why.questions import People, Place
from transforms.why.rows import FactRows, Kept

MOST: Final = 3
"""Facts of one kind in one chain; the data file has them all."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Chain:
    """What levels 1 to 3 found, which the evidence has to be about."""

    case: Case
    span: Window
    driver: str | None
    segment: Mapping[str, str]
    """Dimension to member; empty where nothing is concentrated."""
    segments: tuple[Mapping[str, str], ...] = ()
    """All segments that level 3 found; none of them is a like segment."""

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Scopes the evidence may speak of: the case's own, and the segment's."""
        own = (self.case.scope_kind, self.case.scope)
        return (own, *(place for place in self.segment.items() if place != own))

    def is_placed(self) -> pl.Expr:
        """Which rows with scope columns are of those places."""
        return pl.any_horizontal(
            (pl.col("scope_kind") == kind) & (pl.col("scope") == scope)
            for kind, scope in self.places
        )

    @property
    def segment_code(self) -> str | None:
        """The segment as one text: dimension=member, joined by ' × '; None where there is none."""
        return segment_code(self.segment)


@dataclass(frozen=True)
class OnRecord(Kept):
    """Everything that evidence is taken from; what is kept of it depends on no answers."""

    values: pl.DataFrame
    rows: FactRows
    records: Mapping[str, pl.DataFrame]
    catalogue: Mapping[str, Metric]
    parameters: Parameters

    @property
    def as_of(self) -> date:
        """Last day of the reviewed week."""
        return self.parameters.week.ends_on

    @property
    def signals(self) -> Mapping[Place, list[tuple[int, Row]]]:
        """Values of the week that are signals and have a baseline (D-16), by scope.

        Each with its place among all of them, the furthest from its baseline first.
        """

        def by_place() -> dict[Place, list[tuple[int, Row]]]:
            rows = self.values.filter(
                pl.col("period_kind") == "week",
                pl.col("is_signal"),
                pl.col("value").is_not_null(),
                pl.col("baseline").is_not_null(),
            ).sort(
                pl.col("deviation_baseline").abs(),
                "metric",
                "scope_kind",
                "scope",
                descending=[True, False, False, False],
                nulls_last=True,
            )
            told = rows.select("metric", "scope_kind", "scope", "value", "baseline")
            found: dict[Place, list[tuple[int, Row]]] = {}
            for position, row in enumerate(told.iter_rows(named=True)):
                found.setdefault((row["scope_kind"], row["scope"]), []).append((position, row))
            return found

        return self.once("signals", by_place)

    @property
    def changes(self) -> Mapping[str, pl.DataFrame]:
        """Values that were more than nothing in the period before, by metric."""

        def by_metric() -> dict[str, pl.DataFrame]:
            known = self.values.filter(
                pl.col("value").is_not_null(), pl.col("previous") > 0, pl.col("state") == "ok"
            )
            parts = known.partition_by("metric", as_dict=True)
            return {str(metric): part for (metric,), part in parts.items()}

        return self.once("changes", by_metric)

    @property
    def people(self) -> People:
        """Who answers for which place."""
        return self.once("people", lambda: People.of(self.records, self.as_of))

    def table(self, name: str) -> pl.DataFrame | None:
        """One of the plan and CRM tables; None where it is absent or empty."""
        found = self.records.get(name)
        return found if found is not None and found.height else None


def segment_code(segment: Mapping[str, str]) -> str | None:
    """Write a segment as one text; None for none.

    >>> segment_code({"channel": "展会", "rep": "R1"})
    'channel=展会 × rep=R1'
    """
    return " × ".join(f"{name}={member}" for name, member in segment.items()) or None


def regions_of_teams(assignment: pl.DataFrame, as_of: date) -> dict[str, str]:
    """Team to region by the assignments known on a day, the newest first."""
    rows = assignment.filter(pl.col("valid_from") <= as_of).sort("valid_from", "rep_id")
    return dict(rows.select("team", "region").iter_rows())
