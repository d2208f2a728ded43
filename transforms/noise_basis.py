"""What a week weighs for a metric: working days and season, taken out of its noise (D-16)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import fsum, sqrt
from statistics import fmean
from typing import Final, Literal

import polars as pl

from transforms.calendar import day_weights, days_between
from transforms.catalogue import Metric
from transforms.parameters import Calendar, Parameters
from transforms.scopes import COMPANY

Basis = Literal["season", "working_days", "as_is"]

BASES: Final[tuple[Basis, ...]] = ("season", "working_days", "as_is")
"""The plan's own weights first: what no week of the past can tell apart goes by the plan."""
_UNITS: Final = 10**6
_FLAT: Final = (Decimal(1),) * 12
_WEEK: Final = timedelta(days=6)
_YEAR: Final = timedelta(days=371)
_WEEK_DAYS: Final = 7


@dataclass(frozen=True)
class Weights:
    """What the days of a stretch weigh on one basis; a week weighs what its days do."""

    of_day: Mapping[date, int]
    """In millionths of a working day out of season."""
    usual_week: float
    """Mean weight of a week of the history, in the same units; above 0."""

    def of(self, start: date, end: date) -> int:
        """Weigh a stretch of days, exactly, in the units of `of_day`."""
        return sum(self.of_day[day] for day in days_between(start, end))

    def of_week(self, start: date) -> int:
        """Weigh the seven days from `start` on."""
        return self.of(start, start + _WEEK)

    def in_weeks(self, start: date, end: date) -> float:
        """Weigh a stretch of days in usual weeks."""
        return self.of(start, end) / self.usual_week


@dataclass(frozen=True)
class NoiseBases:
    """The weights of every basis, and which basis each metric's noise is measured on."""

    weeks: Sequence[date]
    """First days of the weeks before the reviewed one, ascending."""
    weights: Mapping[Basis, Weights]
    of_metric: Mapping[str, Basis]

    def basis(self, metric: str) -> Basis:
        """The basis of a metric; a ratio, a state and what has no history are taken as they are."""
        return self.of_metric.get(metric, "as_is")

    def of(self, metric: str) -> Weights | None:
        """The weights of a metric; None where its weeks are taken as they are."""
        return self.weights.get(self.basis(metric))

    def metrics(self) -> dict[str, Weights]:
        """The weights of every metric whose weeks are not taken as they are."""
        found = {code: self.of(code) for code in self.of_metric}
        return {code: weights for code, weights in found.items() if weights is not None}


def noise_bases(
    points: pl.DataFrame, catalogue: Mapping[str, Metric], parameters: Parameters
) -> NoiseBases:
    """Find for every sum on what basis its own history is calmest.

    `points` are MetricPoint rows. Working days and the season of the plan explain how much was
    sold, not how many leads came in; so each metric is held against its own weeks: of season,
    working days and none of them the one whose weekly sums of the company stray least from their
    mean rate (mean of |x − rate × w| ÷ √w over the weeks before the reviewed one). Ratios stay as
    they are, because a holiday shortens both sides; so do states, which are no sums over days. A
    company whose weeks weigh all alike (no calendar, no season) has no other basis than `as_is`.
    """
    week = parameters.week
    is_past = (pl.col("period_kind") == "week") & (pl.col("period_start") < week.starts_on)
    sums = [code for code, metric in catalogue.items() if is_sum(metric)]
    past = points.lazy().filter(is_past)
    # what is no sum may reach further back, and is looked up by week as well
    starts, known = pl.collect_all(
        [
            past.select(pl.col("period_start").unique().sort()),
            past.filter(
                pl.col("scope_kind") == COMPANY,
                pl.col("metric").is_in(sums),
                pl.col("value").is_not_null(),
            ).select(pl.col("metric").cast(pl.String), "period_start", "value"),
        ]
    )
    weeks = starts.to_series().to_list()
    if not weeks:
        return NoiseBases((), {}, {})
    weights = _weights(weeks[0], week.ends_on, parameters.calendar)
    of_week: dict[Basis, dict[date, float]] = {
        basis: {start: found.in_weeks(start, start + _WEEK) for start in weeks}
        for basis, found in weights.items()
    }
    of_metric = {
        str(code): min(
            (basis for basis in BASES if basis in weights or basis == "as_is"),
            key=lambda basis: _strays(rows, of_week.get(basis)),
        )
        for (code,), frame in known.sort("metric", "period_start").group_by(
            "metric", maintain_order=True
        )
        if (rows := list(frame.select("period_start", "value").iter_rows()))
    }
    return NoiseBases(weeks, weights, of_metric)


def stated_bases(values: pl.DataFrame, weeks: Sequence[date], parameters: Parameters) -> NoiseBases:
    """Take up the bases that the values of the reviewed week state (`MetricValue`).

    `weeks` are the first days of the weeks to weigh, ascending; the reviewed one may be among them.
    """
    stated = values.filter(pl.col("noise_basis").is_not_null()).select("metric", "noise_basis")
    of_metric: dict[str, Basis] = dict(sorted(stated.unique().iter_rows()))
    if not weeks:
        return NoiseBases((), {}, of_metric)
    weights = {
        basis: found
        for basis in BASES
        if (found := basis_weights(basis, parameters.calendar, weeks[0], parameters.week.ends_on))
    }
    return NoiseBases(weeks, weights, of_metric)


def is_sum(metric: Metric) -> bool:
    """Whether a metric adds up over days, and past weeks say what is usual."""
    return metric.has_baseline and not metric.is_level


def basis_weights(basis: Basis, calendar: Calendar, start: date, end: date) -> Weights | None:
    """Weigh the days from start to end on a basis, and those of the year before.

    A usual week is the mean of the weeks from start to end. None for `as_is`, and where no day
    weighs anything.

    >>> found = basis_weights("working_days", Calendar(), date(2026, 11, 2), date(2026, 11, 15))
    >>> found.in_weeks(date(2026, 11, 2), date(2026, 11, 4))
    0.6
    """
    if basis == "as_is":
        return None
    plan = calendar if basis == "season" else replace(calendar, month_weights=_FLAT)
    known = day_weights(plan, start - _YEAR, end)
    of_day = {day: int(weight * _UNITS) for day, weight in known.items()}
    days = days_between(start, end)
    whole = sum(of_day[day] for day in days)
    return Weights(of_day, whole * _WEEK_DAYS / len(days)) if whole else None


def _weights(first: date, until: date, calendar: Calendar) -> dict[Basis, Weights]:
    """The weights of every basis on which the weeks up to the reviewed one do not weigh alike."""
    found: dict[Basis, Weights] = {}
    for basis in BASES:
        weights = basis_weights(basis, calendar, first, until)
        if weights is None or (basis == "season" and len(set(calendar.month_weights)) == 1):
            continue
        starts = days_between(first, until)[::_WEEK_DAYS]
        if len({weights.of_week(start) for start in starts}) > 1:
            found[basis] = weights
    return found


def _strays(rows: Iterable[tuple[date, float]], weights: Mapping[date, float] | None) -> float:
    """How far weekly sums stray from their mean rate, in √ of their weight."""
    pairs = [(value, weights[start] if weights else 1.0) for start, value in rows]
    worth = fsum(weight for _, weight in pairs)
    rate = fsum(value for value, weight in pairs if weight) / worth if worth else 0.0
    return fmean(abs(value - rate * weight) / sqrt(weight or 1.0) for value, weight in pairs)
