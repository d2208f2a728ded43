"""What people, teams and lines reached in the periods that pay looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

import polars as pl

from transforms.calendar import Unit, add_months, period_end, period_start
from transforms.catalogue import Metric
from transforms.incentives.rules import Rules
from transforms.parameters import Parameters
from transforms.points import metric_points
from transforms.targets import daily_targets, period_plan, target_scopes

RUN_PERIODS: Final = 12
"""Closed periods looked back for runs below or above target."""

WEEK: Final = "week"
CLOSED: Final = "closed"
YEAR_BEFORE: Final = "year_before"
_PERIODS: Final = {
    "period_kind": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "full_end": pl.Date,
}
_DAY: Final = timedelta(days=1)
_YEAR_MONTHS: Final = 12


class Reached(NamedTuple):
    """A value with its cases."""

    value: Decimal
    denominator: Decimal
    n: int


@dataclass(frozen=True)
class Measured:
    """Values and targets by metric, scope and period."""

    closed: tuple[tuple[date, date], ...]
    """Closed attainment periods, oldest first; the last one is paid."""
    week: tuple[date, date]
    values: Mapping[tuple[str, str, str, date, date], Reached]
    targets: Mapping[tuple[str, str, str, date, date], Decimal]
    lines: Mapping[str, Mapping[str, Decimal]]
    """Product line to what each rep sold of it in the period that is paid."""

    @property
    def paid(self) -> tuple[date, date]:
        """The latest closed period."""
        return self.closed[-1]

    def value(
        self, metric: str, kind: str, scope: str, period: tuple[date, date]
    ) -> Decimal | None:
        """The value of a plain sum in a period; None where it is not known."""
        found = self.values.get((metric, kind, scope, *period))
        return None if found is None else found.value

    def target(
        self, metric: str, kind: str, scope: str, period: tuple[date, date]
    ) -> Decimal | None:
        """The target of a period; None without one."""
        return self.targets.get((metric, kind, scope, *period))


def closed_periods(as_of: date, unit: Unit, first_month: int) -> tuple[tuple[date, date], ...]:
    """The last twelve periods that had ended by a day, oldest first.

    >>> closed_periods(date(2026, 11, 22), "month", 1)[-1]
    (datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))
    """
    found: list[tuple[date, date]] = []
    start = period_start(as_of, unit, first_month)
    if period_end(as_of, unit, first_month) == as_of:
        found.append((start, as_of))
    while len(found) < RUN_PERIODS:
        end = start - _DAY
        start = period_start(end, unit, first_month)
        found.append((start, end))
    return tuple(found[::-1])


def year_before(period: tuple[date, date]) -> tuple[date, date]:
    """The same period of the year before."""
    start = add_months(period[0], -_YEAR_MONTHS)
    return start, add_months(period[1] + _DAY, -_YEAR_MONTHS) - _DAY


def metrics_named(catalogue: Mapping[str, Metric], rules: Rules) -> dict[str, Metric]:
    """The metrics of the catalogue that the rules name."""
    named = {rules.metric, *(award.metric for award in rules.awards)}
    if rules.commission is not None:
        named.add(rules.commission.metric)
    return {code: catalogue[code] for code in sorted(named & catalogue.keys())}


def measure(
    facts: Mapping[str, pl.LazyFrame],
    targets: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
    rules: Rules,
) -> Measured:
    """Evaluate the metrics that the rules name, once over all periods."""
    calendar, week = parameters.calendar, parameters.week
    closed = closed_periods(week.ends_on, rules.period, calendar.fiscal_year_starts_in)
    rows = [
        *((CLOSED, *period, period[1]) for period in closed),
        (YEAR_BEFORE, *year_before(closed[-1]), year_before(closed[-1])[1]),
        (WEEK, week.starts_on, week.ends_on, week.ends_on),
    ]
    periods = pl.DataFrame(rows, schema=_PERIODS, orient="row")
    chosen = metrics_named(catalogue, rules)
    points = metric_points(
        facts,
        chosen,
        periods,
        as_of=week.ends_on,
        repurchase_months=parameters.repurchase_months,
        also=target_scopes(targets),
    )
    daily = daily_targets(targets, catalogue, calendar).daily
    plan = period_plan(daily, catalogue, periods)
    owner = ["metric", "scope_kind", "scope"]
    lines = {
        excess.product_line: _of_line(facts, excess.product_line, chosen, closed[-1], rules.metric)
        for excess in rules.excess
    }
    return Measured(
        closed=closed,
        week=(week.starts_on, week.ends_on),
        values={
            row[:5]: Reached(*row[5:])
            for row in points.select(
                *owner, "period_start", "period_end", "numerator", "denominator", "n"
            ).iter_rows()
        },
        targets={
            row[:5]: row[5]
            for row in plan.select(*owner, "period_start", "full_end", "target").iter_rows()
        },
        lines=lines,
    )


def _of_line(
    facts: Mapping[str, pl.LazyFrame],
    line: str,
    catalogue: Mapping[str, Metric],
    period: tuple[date, date],
    metric: str,
) -> dict[str, Decimal]:
    """What each rep reached of a metric with one product line in a period."""
    if metric not in catalogue:
        return {}
    points = metric_points(
        {name: fact.filter(pl.col("product_line") == line) for name, fact in facts.items()},
        {metric: catalogue[metric]},
        pl.DataFrame([(CLOSED, *period, period[1])], schema=_PERIODS, orient="row"),
        as_of=period[1],
    )
    reps = points.filter(pl.col("scope_kind") == "rep")
    return dict(reps.select("scope", "numerator").iter_rows())
