"""By how many weeks a process metric usually comes before a result (D-18, level 4).

Learned from the company's own weeks where they say so: the lag with the strongest correlation of
the two series freed of trend, season, working days and memory (`transforms.relations`), over all
teams at once, if it is no chance among all pairs. Else the documented default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import product
from typing import Final, Literal

import numpy as np
import polars as pl

from transforms.catalogue import Metric
from transforms.multiplicity import false_discovery, two_sided
from transforms.parameters import Parameters
from transforms.relations.correlation import pooled
from transforms.relations.pairs import is_algebra, processes, results
from transforms.relations.process_result import FALSE_RATE
from transforms.relations.surprises import Matrix, Surprises, surprises, weekly_matrix

Basis = Literal["learned", "sales_cycle", "same_week"]

EARLY: Final = frozenset(
    {
        "leads",
        "qualified_leads",
        "lead_response_hours",
        "effective_visits",
        "discovery_depth",
        "campaign_leads",
        "referral_leads",
    }
)
"""What is done at the start of a sale: by default one sales cycle before its result."""

LATE: Final = frozenset(
    {
        "sales_amount",
        "contract_amount",
        "cash_collected",
        "win_rate",
        "win_rate_amount",
        "new_customers",
        "new_customer_share",
    }
)
"""What comes at the end of one."""

EXISTING: Final = frozenset(
    {"existing_volume", "existing_mix", "existing_price", "lost_customers", "returns"}
)
"""Drivers of sales that need no new sale, and so no sales cycle."""

_KEYS: Final = ("scope", "metric")


@dataclass(frozen=True)
class Lag:
    """Weeks, and where they come from."""

    weeks: int
    basis: Basis


@dataclass(frozen=True)
class Lags:
    """Lags of a company, learned once for a scope."""

    history: pl.DataFrame
    catalogue: Mapping[str, Metric]
    parameters: Parameters
    learned: dict[str | None, dict[tuple[str, str], int]] = field(default_factory=dict)

    def of(
        self,
        process: str,
        result: str,
        driver: str | None = None,
        team: str | None = None,
        cycle_days: int | None = None,
    ) -> Lag:
        """Look up the lag of a process metric before a driver, or the result it drives.

        `cycle_days` is the sales cycle, the default for what is done at the start of a sale;
        without one the same week is looked at.

        A team's lags are learned from its own weeks alone, so that its pack does not depend on
        other teams' data; the company's and a region's from all teams.
        """
        if team not in self.learned:
            self.learned[team] = self._learn(team)
        target = driver if driver in self.catalogue else result
        found = self.learned[team].get((process, target or result))
        if found is not None:
            return Lag(found, "learned")
        is_early = process in EARLY and target in LATE and driver not in EXISTING
        if is_early and cycle_days is not None:
            weeks = round(cycle_days / 7)
            return Lag(min(weeks, self.parameters.relations.most_lag_weeks), "sales_cycle")
        return Lag(0, "same_week")

    @cached_property
    def _codes(self) -> tuple[list[str], list[str]]:
        return [*processes(self.catalogue)], [*results(self.catalogue)]

    @cached_property
    def _points(self) -> pl.DataFrame:
        """Weekly points of all teams."""
        first, second = self._codes
        return self.history.filter(
            pl.col("period_kind") == "week",
            pl.col("period_end") <= self.parameters.week.ends_on,
            pl.col("scope_kind") == "team",
            pl.col("metric").is_in([*first, *second]),
        )

    @cached_property
    def _all(self) -> tuple[list[date], dict[tuple[str, ...], int], Surprises]:
        """Weeks, rows and surprises of the series of all teams."""
        keys, ends, values = weekly_matrix(self._points, _KEYS)
        place = {key: row for row, key in enumerate(keys)}
        return ends, place, self._surprises_of(ends, values)

    def _surprises_of(self, ends: list[date], values: Matrix) -> Surprises:
        """Surprises of some series; nothing is known of too few weeks."""
        if len(ends) <= self.parameters.relations.minimum_weeks:
            return Surprises(np.zeros(values.shape), np.zeros(values.shape), 0)
        return surprises(values, ends, self.parameters.calendar)

    @cached_property
    def _spans(self) -> dict[str, tuple[date, date]]:
        """The first and the last week of each team."""
        last = pl.col("period_end")
        spans = self._points.group_by("scope").agg(last.min().alias("first"), last.max())
        return {team: (first, end) for team, first, end in spans.iter_rows()}

    @cached_property
    def _algebra(self) -> frozenset[tuple[str, str]]:
        """Pairs of metrics that are tied by what they are."""
        first, second = self._codes
        pairs = product(first, second)
        known = self.catalogue
        return frozenset(pair for pair in pairs if is_algebra(*(known[code] for code in pair)))

    def _series(self, team: str | None) -> tuple[list[tuple[str, ...]], list[date], Surprises]:
        """Keys, weeks and surprises of the series of a team, or of all teams.

        Those of a team whose weeks are those of all are a part of what is known of all.
        """
        ends, place, known = self._all
        if team is None:
            return [*place], ends, known
        if not ends or self._spans.get(team) != (ends[0], ends[-1]):
            points = self._points.filter(pl.col("scope") == team)
            keys, own_ends, values = weekly_matrix(points, _KEYS)
            return keys, own_ends, self._surprises_of(own_ends, values)
        keys = [key for key in place if key[0] == team]
        rows = [place[key] for key in keys]
        return keys, ends, Surprises(known.ranks[rows], known.known[rows], known.spent)

    def _learn(self, team: str | None) -> dict[tuple[str, str], int]:
        first, second = self._codes
        keys, ends, there = self._series(team)
        if len(ends) < self.parameters.relations.minimum_weeks + 1:
            return {}
        scopes = sorted({scope for scope, _ in keys})
        known = {metric for _, metric in keys}
        place = {key: row for row, key in enumerate(keys)}
        before, after = (
            _stacked(there, place, scopes, [code for code in codes if code in known])
            for codes in (first, second)
        )
        pairs = [
            (row, column, process, result)
            for row, process in enumerate(code for code in first if code in known)
            for column, result in enumerate(code for code in second if code in known)
            if (process, result) not in self._algebra
        ]
        most = self.parameters.relations.most_lag_weeks
        if not pairs or len(ends) <= most + self.parameters.relations.minimum_weeks:
            return {}
        scores = np.stack([pooled(before, after, lag) for lag in range(most + 1)])
        scores = np.nan_to_num(np.abs(scores))
        best = scores.argmax(axis=0)
        chance = [
            min((most + 1) * two_sided(float(scores[:, row, column].max())), 1.0)
            for row, column, _, _ in pairs
        ]
        adjusted = false_discovery(chance)
        return {
            (process, result): int(best[row, column])
            for (row, column, process, result), q in zip(pairs, adjusted, strict=True)
            if q <= FALSE_RATE
        }


def _stacked(
    there: Surprises, place: Mapping[tuple[str, ...], int], scopes: list[str], codes: list[str]
) -> Surprises:
    """Scopes × metrics × weeks; zeros where a scope has no such series."""
    shape = (len(scopes), len(codes), there.ranks.shape[1])
    ranks, known = np.zeros(shape), np.zeros(shape)
    for each, scope in enumerate(scopes):
        for row, code in enumerate(codes):
            if (scope, code) in place:
                ranks[each, row] = there.ranks[place[scope, code]]
                known[each, row] = there.known[place[scope, code]]
    return Surprises(ranks, known, there.spent)
