"""How far each goal is, and which are at risk 30, 60 and 90 days after their start (D-1)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import polars as pl

from transforms.calendar import day_weights
from transforms.catalogue import Metric
from transforms.exact import fraction
from transforms.goals import goal_windows, stated_goals
from transforms.parameters import Calendar, Parameters
from transforms.tables.plan_review import GoalProgress

WARNING_DAYS: Final = (30, 60, 90)
"""Days after its start from which on a goal is held against the plan due then."""
AT_RISK_BELOW: Final = Fraction(9, 10)

_MICROS: Final = Decimal("0.000001")


def goal_progress(
    goals: pl.DataFrame,
    points: pl.DataFrame,
    daily: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> pl.DataFrame:
    """Hold every goal against what was reached since its start (`GoalProgress`), one row a goal.

    `points` are those of `transforms.targets.window_points`, which cover the goals' windows, and
    `daily` the targets per day. Due is the goal × the share of the plan that is due: of the daily
    targets of its metric and scope where they cover its window, else of its working days (season
    weighted); of a ratio the goal itself. At risk is a goal 30 days or more after its start whose
    progress is below 90 % of what is due: actual < 0.9 × due, or due < 0.9 × actual where less is
    better.
    """
    as_of = parameters.week.ends_on
    keys = ("metric", "scope_kind", "scope", "period_start", "period_end")
    reached = {tuple(row[key] for key in keys): row for row in points.iter_rows(named=True)}
    measured = {row["goal_id"]: row for row in goal_windows(goals, as_of).iter_rows(named=True)}
    rows = []
    for goal in stated_goals(goals).sort("goal_id").iter_rows(named=True):
        window = measured.get(goal["goal_id"])
        found = None
        if window is not None:
            end = min(window["period_end"], as_of)
            found = reached.get((*(window[key] for key in keys[:4]), end))
        rows.append(_row(goal, window, found, daily, catalogue, parameters))
    schema = GoalProgress.create_empty().schema
    return GoalProgress.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def _row(
    goal: Mapping[str, Any],
    window: Mapping[str, Any] | None,
    found: Mapping[str, Any] | None,
    daily: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> dict[str, Any]:
    as_of = parameters.week.ends_on
    started, metric = goal["starts_on"], catalogue.get(goal["metric"] or "")
    gone = (as_of - started).days if started is not None and started <= as_of else None
    passed = [line for line in WARNING_DAYS if gone is not None and gone >= line]
    state = _state(goal, found, metric, parameters)
    actual = None
    if found is not None and state in {"ok", "zero"}:
        actual = fraction(found["numerator"], found["denominator"])
    due = None
    if window is not None and metric is not None:
        due = Fraction(window["target_value"])
        if metric.is_spread:
            share = _planned_share(daily, window, as_of)
            if share is None:
                first, last = window["period_start"], window["period_end"]
                share = share_due(parameters.calendar, first, last, as_of)
            due *= share
    rate = None
    if actual is not None and goal["stated"]:
        rate = float(actual / Fraction(goal["stated"]))
    return {
        "goal_id": goal["goal_id"],
        "target": goal["stated"],
        "due": _number(due),
        "actual": _number(actual),
        "attainment": rate,
        "state": state,
        "days_since_start": gone,
        "warning_days": passed[-1] if passed else None,
        "is_at_risk": _is_at_risk(actual, due, metric) if passed else None,
    }


def _state(
    goal: Mapping[str, Any],
    found: Mapping[str, Any] | None,
    metric: Metric | None,
    parameters: Parameters,
) -> str:
    if goal["stated"] is None:
        return "no_target"
    if goal["starts_on"] is not None and goal["starts_on"] > parameters.week.ends_on:
        return "not_due"
    if found is None or metric is None or found["value"] is None:
        return "no_data"
    minimum = parameters.lights_of(metric.code).minimum_cases
    if metric.is_ratio and metric.needs_cases and found["n"] < minimum:
        return "too_few_cases"
    return "zero" if found["numerator"] == 0 else "ok"


def _planned_share(daily: pl.DataFrame, window: Mapping[str, Any], as_of: date) -> Fraction | None:
    """Share of the daily targets of a window that is due; None where they do not cover it."""
    first, last = window["period_start"], window["period_end"]
    rows = daily.filter(
        *(pl.col(key) == window[key] for key in ("metric", "scope_kind", "scope")),
        pl.col("day").is_between(first, last),
    )
    whole = sum(rows["value"].to_list(), Decimal(0))
    if rows.height < (last - first).days + 1 or whole <= 0:
        return None
    due = sum(rows.filter(pl.col("day") <= as_of)["value"].to_list(), Decimal(0))
    return Fraction(due) / Fraction(whole)


def share_due(calendar: Calendar, first: date, last: date, as_of: date) -> Fraction:
    """Share of a window's plan that is due at the end of a day: working days × season weight.

    Where a window has no working day, its calendar days count.

    >>> share_due(Calendar(), date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 18))
    Fraction(6, 11)
    """
    weights = day_weights(calendar, first, last)
    if not any(weights.values()):
        weights = dict.fromkeys(weights, Decimal(1))
    over = sum((Fraction(weight) for day, weight in weights.items() if day <= as_of), Fraction(0))
    return over / sum(map(Fraction, weights.values()), Fraction(0))


def _is_at_risk(
    actual: Fraction | None, due: Fraction | None, metric: Metric | None
) -> bool | None:
    """Whether progress is below 90 % of what is due; None where it cannot be told."""
    if actual is None or due is None or metric is None or metric.better == "set":
        return None
    if metric.better == "down":
        return due < AT_RISK_BELOW * actual
    return actual < AT_RISK_BELOW * due


def _number(value: Fraction | None) -> Decimal | None:
    """Round a figure to the six decimals of the table."""
    if value is None:
        return None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_MICROS)
