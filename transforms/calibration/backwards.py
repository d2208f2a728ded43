"""From new customers back to the leads and visits that they need (D-4)."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from transforms.calibration.assumptions import Assumptions
from transforms.calibration.ground import Ground
from transforms.calibration.needs import expected_customers, required_leads
from transforms.calibration.trend import trend
from transforms.calibration.verdict import Figure, Plan, number

Planned = Callable[[Plan, str], Decimal | None]
"""The target of another metric in the same scope and window."""


def worked_back(
    plan: Plan, ground: Ground, assumed: Assumptions, planned: Planned
) -> tuple[str | None, Fraction | None, list[Figure]]:
    """Say what is short of a target of new customers, leads or visits, with the numbers.

    Also gives the customers that the leads, or visits, are enough for. They are those planned,
    else those of their own trend; what is not known is not short. A shortfall asks
    调整目标或补充渠道.
    """
    by_leads, leads = _leads(plan, ground, assumed, planned)
    by_visits, visits = _visits(plan, ground, assumed, planned)
    for reason, enough_for in (("leads_short", by_leads), ("visits_short", by_visits)):
        if enough_for is not None and enough_for < plan.value:
            return reason, enough_for, [*leads, *visits]
    return None, None, [*leads, *visits]


def _leads(
    plan: Plan, ground: Ground, assumed: Assumptions, planned: Planned
) -> tuple[Fraction | None, list[Figure]]:
    base = ground.base_of(plan)
    conversion = assumed.given("conversion", ground.pooled("lead_conversion", plan, base))
    needed = None if conversion is None else required_leads(plan.value, conversion)
    there = _there(plan, "leads", ground, assumed, planned)
    expected = None
    if there.value is not None and conversion is not None:
        expected = expected_customers(there.value, conversion)
    return expected, [
        Figure("conversion", number(conversion), assumed.origin("conversion")),
        Figure("required_leads", number(needed), "derived"),
        there,
        Figure("expected_customers", number(expected), "derived"),
    ]


def _visits(
    plan: Plan, ground: Ground, assumed: Assumptions, planned: Planned
) -> tuple[Fraction | None, list[Figure]]:
    base = ground.base_of(plan)
    visits = ground.pooled("effective_visits", plan, base)
    customers = ground.pooled("new_customers", plan, base)
    measured = visits / customers if visits is not None and customers else None
    each = assumed.given("visits_per_customer", measured)
    needed = None if each is None else Fraction(plan.value) * each
    there = _there(plan, "effective_visits", ground, assumed, planned)
    enough_for = Fraction(there.value) / each if there.value is not None and each else None
    return enough_for, [
        Figure("visits_per_customer", number(each), assumed.origin("visits_per_customer")),
        Figure("required_visits", number(needed), "derived"),
        there,
    ]


def _there(
    plan: Plan, metric: str, ground: Ground, assumed: Assumptions, planned: Planned
) -> Figure:
    target = planned(plan, metric)
    if target is not None:
        return Figure(metric, target, "plan")
    expected, _ = trend(plan._replace(metric=metric), ground, assumed)
    return Figure(metric, number(expected), "derived")
