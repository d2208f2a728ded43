"""Anchor 1, the annual plan (D-4): does the sum of the quarters reach the year."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from transforms.calendar import period_end, period_start
from transforms.calibration.verdict import Check, Figure, Plan

_QUARTERS: Final = 4
_LEAST_DAYS: Final = timedelta(days=80)
"""A window longer than this, within a quarter, is the quarter."""


def annual(
    plan: Plan,
    plans: Mapping[tuple[str, str, str], list[Plan]],
    first_month: int,
    *,
    is_level: bool,
) -> Check:
    """Hold the quarters of a target's fiscal year against the target of the year.

    `plans` are all targets by metric and scope. A quarter is its own window, else the sum of the
    windows within it. A ratio holds on every day and has no sum.
    """
    if is_level:
        return Check("annual", "not_applicable", "no_sum")
    start = period_start(plan.starts_on, "year", first_month)
    end = period_end(plan.starts_on, "year", first_month)
    own = plans[plan.metric, plan.scope_kind, plan.scope]
    year = next((each for each in own if (each.starts_on, each.ends_on) == (start, end)), None)
    quarters = _quarters(own, start, end, first_month)
    total = sum(quarters.values(), Decimal(0))
    figures = (
        Figure("quarters_planned", Decimal(len(quarters)), "plan"),
        Figure("quarter_sum", total if quarters else None, "plan"),
        Figure("year_target", year.value if year else None, "plan"),
    )
    if year is None:
        return Check("annual", "no_data", "no_year", supply="year_target", figures=figures)
    if not quarters:
        return Check("annual", "no_data", "no_quarters", year.value, "quarters", figures=figures)
    if total < year.value:
        missing = len(quarters) < _QUARTERS
        reason = "quarters_missing" if missing else "quarters_short"
        return Check("annual", "short", reason, year.value, figures=figures)
    return Check("annual", "met", "quarters_reach", year.value, figures=figures)


def _quarters(own: list[Plan], start: date, end: date, first_month: int) -> dict[date, Decimal]:
    """Sum of each planned quarter of the year, by its first day."""
    whole: dict[date, Decimal] = {}
    parts: dict[date, Decimal] = {}
    for each in own:
        quarter = period_start(each.starts_on, "quarter", first_month)
        last = period_end(each.starts_on, "quarter", first_month)
        if each.starts_on < start or each.ends_on > end or each.ends_on > last:
            continue
        if each.ends_on - each.starts_on >= _LEAST_DAYS:
            whole[quarter] = each.value
        else:
            parts[quarter] = parts.get(quarter, Decimal(0)) + each.value
    return parts | whole
