"""Calibration (D-4, D-5): every target held against five anchors, each with its numbers."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache

import polars as pl

from transforms.calendar import day_weights
from transforms.calibration.annual import annual
from transforms.calibration.assumptions import NAMES, Assumptions, Change
from transforms.calibration.budget import budget, modules_add_up, reserve_fits
from transforms.calibration.capacity import capacity
from transforms.calibration.drivers import Drivers
from transforms.calibration.ground import Ground, measure
from transforms.calibration.history import history
from transforms.calibration.market import market
from transforms.calibration.verdict import CHECKS, WORST_FIRST, Check, Plan, worst
from transforms.parameters import Parameters
from transforms.scopes import COMPANY
from transforms.tables.calibration import Calibration, CalibrationFigure

__all__ = [
    "CHECKS",
    "NAMES",
    "WORST_FIRST",
    "Assumptions",
    "Change",
    "Drivers",
    "Ground",
    "calibrate",
    "measure",
    "open_targets",
    "overall",
    "worst",
]

PLAN = "plan"
"""Stands for the plan as a whole where a check is not about one metric."""


def open_targets(targets: pl.DataFrame, as_of: date) -> list[Plan]:
    """The targets whose window had not ended by a day, in order."""
    rows = targets.filter(pl.col("period_end") > as_of)
    return _plans(rows)


def calibrate(
    ground: Ground,
    targets: pl.DataFrame,
    drivers: Drivers,
    assumed: Assumptions,
    parameters: Parameters,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Check every target that is still open five ways: `Calibration` and `CalibrationFigure`.

    `ground` holds the values of the past (`measure`). The plan as a whole has two rows more: the
    reserve, and the modules of the budget. Targets of metrics that are not in the catalogue are
    left out: they are flaws of the plan (D-1).
    """
    calendar = parameters.calendar

    @cache
    def weighed(first: date, last: date) -> Decimal:
        return sum(day_weights(calendar, first, last).values(), Decimal(0))

    every: dict[tuple[str, str, str], list[Plan]] = {}
    for each in _plans(targets):
        every.setdefault(each[:3], []).append(each)
    exact = {each[:5]: each.value for plans in every.values() for each in plans}

    def planned(plan: Plan, metric: str) -> Decimal | None:
        return exact.get((metric, *plan[1:5]))

    checks: list[tuple[Plan, Check]] = []
    for plan in open_targets(targets, ground.as_of):
        metric = ground.catalogue.get(plan.metric)
        if metric is None:
            continue
        is_down, is_level = metric.better == "down", metric.is_level
        driver = drivers.of(plan)
        found = (
            annual(plan, every, calendar.fiscal_year_starts_in, is_level=is_level),
            history(plan, ground, assumed, planned, driver, is_down_better=is_down),
            capacity(plan, ground, assumed, weighed, is_level=is_level),
            budget(plan, ground, assumed, weighed),
            market(plan, ground, assumed, driver, is_down_better=is_down),
        )
        checks += [(plan, check) for check in found]
    week = parameters.week
    whole = Plan(PLAN, COMPANY, COMPANY, week.starts_on, week.ends_on, Decimal(1))
    modules = modules_add_up(assumed)
    planned_share = sum((each.share for each in assumed.modules), assumed.emergency or Decimal(0))
    checks += [
        (whole._replace(value=assumed.reserve), reserve_fits(assumed)),
        (whole._replace(value=planned_share), modules),
    ]
    return _verdicts(checks), _figures(checks)


def _plans(targets: pl.DataFrame) -> list[Plan]:
    columns = ["metric", "scope_kind", "scope", "period_start", "period_end", "target_value"]
    rows = targets.select(*columns, "note").sort(columns)
    return [Plan(*row) for row in rows.iter_rows()]


def _verdicts(checks: Iterable[tuple[Plan, Check]]) -> pl.DataFrame:
    rows = [
        (*plan[:5], check.check, plan.value, check.reference, *_judged(plan, check))
        for plan, check in checks
    ]
    frame = pl.DataFrame(rows, schema=Calibration.create_empty().schema, orient="row", strict=False)
    return Calibration.validate(frame, cast=True)


def _judged(plan: Plan, check: Check) -> tuple[object, ...]:
    difference = None if check.reference is None else plan.value - check.reference
    return difference, check.verdict, check.reason, check.supply, check.words


def _figures(checks: Iterable[tuple[Plan, Check]]) -> pl.DataFrame:
    rows = [
        (*plan[:5], check.check, figure.name, position, figure.value, figure.origin)
        for plan, check in checks
        for position, figure in enumerate(check.figures, start=1)
    ]
    frame = pl.DataFrame(
        rows, schema=CalibrationFigure.create_empty().schema, orient="row", strict=False
    )
    return CalibrationFigure.validate(frame, cast=True)


def overall(verdicts: pl.DataFrame) -> dict[tuple[object, ...], str]:
    """The worst of the five verdicts of each target, by metric, scope kind, scope and window."""
    found: dict[tuple[object, ...], list[str]] = {}
    keys = ["metric", "scope_kind", "scope", "period_start", "period_end"]
    for *key, verdict in verdicts.select(*keys, "verdict").iter_rows():
        found.setdefault(tuple(key), []).append(verdict)
    return {key: worst(group) for key, group in found.items()}
