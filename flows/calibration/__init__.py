"""The targets of a company held against five anchors, as its settings say."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from flows.review_facts import ReviewFacts
from flows.settings import CompanySettings
from transforms.calibration import Assumptions, Change, Drivers, Ground, measure, open_targets
from transforms.calibration import calibrate as calibrated
from transforms.calibration.acquisition import acquisition_budgets
from transforms.calibration.assumptions import Budget, Increment, Module
from transforms.calibration.ground import ground_metrics, ground_periods
from transforms.catalogue import Metric
from transforms.parameters import Parameters

RECORDS_READ: Final = ("assignment", "budget", "goal", "strategy_item", "target")
"""Records that targets are calibrated with."""


def assumptions(
    settings: CompanySettings,
    records: Mapping[str, pl.DataFrame],
    changes: Mapping[str, Change] | None = None,
) -> Assumptions:
    """The assumptions of `[calibration]` and `[plan]`, with some changed on trial.

    Budgets are those of the settings and the lines of the plan's Budget sheet that win customers
    (D-4, D-6); `records` has the rows of `budget`.
    """
    given = settings.calibration
    return Assumptions(
        growth=given.growth,
        conversion=given.conversion,
        aov=given.aov,
        turnover=given.turnover,
        cac=given.cac,
        buffer=given.buffer,
        market=given.market,
        market_reason=given.market_reason,
        ramp_months=given.ramp_months,
        increments=tuple(Increment(**each.model_dump()) for each in given.increments),
        budgets=(
            *(Budget(**each.model_dump()) for each in given.budgets),
            *acquisition_budgets(records["budget"], given.acquisition_modules),
        ),
        budget_from=given.budget_from,
        modules=tuple(Module(**each.model_dump()) for each in given.modules),
        emergency=given.emergency,
        reserve=settings.plan.reserve,
        changes=changes or {},
    )


def grounds(
    facts: ReviewFacts,
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> Ground:
    """Measure what the open targets are held against."""
    targets, as_of = records["target"], parameters.week.ends_on
    plans = open_targets(targets, as_of)
    measured = facts.measured(ground_metrics(plans, catalogue), ground_periods(plans, as_of))
    return measure(measured, plans, targets, records["assignment"], catalogue, parameters)


def calibrate(
    ground: Ground,
    records: Mapping[str, pl.DataFrame],
    assumed: Assumptions,
    parameters: Parameters,
) -> dict[str, pl.DataFrame]:
    """The review tables of the calibration, by name."""
    drivers = Drivers(records["goal"], records["strategy_item"])
    verdicts, figures = calibrated(ground, records["target"], drivers, assumed, parameters)
    return {"calibration": verdicts, "calibration_figure": figures}
