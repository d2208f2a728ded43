"""The other references a case is held against: the period before, last year, the driver targets."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from transforms.calendar import add_months, same_week_last_year, week_before
from transforms.catalogue import Metric
from transforms.parameters import ReviewWeek
from transforms.why.breakdown import Row, bridge_rows
from transforms.why.case import Case, Window, rounded
from transforms.why.drivers import break_down, by_driver_targets, measured_metric, metric_cut
from transforms.why.slices import Slices

MONTHS: Final = {"mtd": 1, "qtd": 3}
"""Months of a period to date."""

_YEAR: Final = 12
_DAY: Final = timedelta(days=1)


def other_windows(case: Case, span: Window, week: ReviewWeek) -> Iterator[tuple[str, Window]]:
    """Kind and window of each other period that a case is held against.

    `previous` and `last_year` start from what the metric was in that period.
    """
    for kind, first, last in named_periods(case, week):
        days = (last - first).days + 1
        yield kind, replace(span, anchor=last + _DAY, stretches=1, own_stretch_days=days)


def driver_plan_bridge(case: Case, slices: Slices, dues: Mapping[str, Decimal]) -> list[Row]:
    """Take sales against plan apart by customers × orders per customer × order value (D-2a)."""
    targets = by_driver_targets(case, slices, dues)
    ends = (case.actual, case.reference)
    return [] if targets is None else bridge_rows(case.case_id, "driver_plan", ends, targets)


def other_bridge(
    case: Case, kind: str, slices: Slices, catalogue: Mapping[str, Metric]
) -> list[Row]:
    """Bridge of a case from another period, by the same rule and with nothing scaled (`Bridge`).

    A period before the first row of the facts has no bridge, because no data is not zero.
    """
    reference = _reference(case, slices, catalogue)
    if reference is None:
        return []
    other = replace(case, reference_kind=kind, reference=rounded(reference))
    breakdown = break_down(other, slices, catalogue, {})
    return bridge_rows(case.case_id, kind, (other.actual, other.reference), breakdown)


def named_periods(case: Case, week: ReviewWeek) -> Iterator[tuple[str, date, date]]:
    """Kind, first and last day of the period before a case's and of last year's.

    A period to date is held against the same days of the other, a complete one against all of it.
    """
    if case.period_kind == "week":
        for kind, other in (
            ("previous", week_before(week)),
            ("last_year", same_week_last_year(week)),
        ):
            yield kind, other.starts_on, other.ends_on
        return
    length = MONTHS[case.period_kind]
    is_complete = case.ends_on + _DAY == add_months(case.starts_on, length)
    for kind, back in (("previous", length), ("last_year", _YEAR)):
        first = add_months(case.starts_on, -back)
        last = add_months(first, length) - _DAY
        yield kind, first, last if is_complete else min(last, add_months(case.ends_on, -back))


def _reference(case: Case, slices: Slices, catalogue: Mapping[str, Metric]) -> Fraction | None:
    """What the metric was in the period; None where the facts do not reach back to it."""
    metric = measured_metric(case, catalogue)
    first = slices.span.reference_starts_on
    if metric is None or slices.rows.begins(metric.numerator.fact) > first:
        return None
    cut = metric_cut(metric, case, slices)
    if cut is None or not cut.is_known_before:
        return None
    return cut.values()[1]
