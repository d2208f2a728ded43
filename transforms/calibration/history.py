"""Anchor 2, history (D-4): the trend, what the target needs, and past order values."""

from fractions import Fraction

from transforms.calibration.assumptions import Assumptions
from transforms.calibration.backwards import Planned, worked_back
from transforms.calibration.ground import Ground
from transforms.calibration.trend import trend
from transforms.calibration.verdict import Check, Figure, Plan, number

ORDER_VALUE = "aov"
CUSTOMERS = "new_customers"


def history(
    plan: Plan,
    ground: Ground,
    assumed: Assumptions,
    planned: Planned,
    driver: str | None,
    *,
    is_down_better: bool = False,
) -> Check:
    """Hold a target against the trend, the leads and visits it needs, and past order values.

    `driver` is what the plan names as the reason of growth: without one, a target beyond the
    trend is a question.
    """
    if plan.metric == ORDER_VALUE:
        return _order_value(plan, ground, assumed, driver)
    expected, figures = trend(plan, ground, assumed)
    if plan.metric == CUSTOMERS:
        short, enough_for, needs = worked_back(plan, ground, assumed, planned)
        figures += needs
        if short:
            return Check("history", "short", short, number(enough_for), figures=tuple(figures))
    if expected is None:
        has_past = figures[0].value is not None
        reason, supply = ("no_growth", "growth") if has_past else ("no_last_year", "earlier_years")
        return Check("history", "no_data", reason, supply=supply, figures=tuple(figures))
    is_beyond = plan.value < expected if is_down_better else plan.value > expected
    return _judged(is_beyond, expected, tuple(figures), driver)


def _judged(
    is_beyond: bool,  # noqa: FBT001  # a private verdict
    expected: Fraction,
    figures: tuple[Figure, ...],
    driver: str | None,
) -> Check:
    reference = number(expected)
    if not is_beyond:
        return Check("history", "met", "within_trend", reference, figures=figures)
    if driver:
        return Check("history", "met", "driver_named", reference, words=driver, figures=figures)
    return Check("history", "question", "driver_missing", reference, "driver", figures=figures)


def _order_value(plan: Plan, ground: Ground, assumed: Assumptions, strategy: str | None) -> Check:
    """An order value above history (500 → 600 元) must name its strategy."""
    past = assumed.given(ORDER_VALUE, ground.pooled(ORDER_VALUE, plan, ground.base_of(plan)))
    figures = (Figure("aov", number(past), assumed.origin("aov")),)
    if past is None:
        return Check("history", "no_data", "no_aov", supply="aov", figures=figures)
    known = number(past)
    if plan.value <= past:
        return Check("history", "met", "within_order_value", known, figures=figures)
    if strategy:
        return Check("history", "met", "strategy_named", known, words=strategy, figures=figures)
    return Check("history", "question", "strategy_missing", known, "strategy", figures=figures)
