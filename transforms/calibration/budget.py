"""Anchor 4, the budget (D-4), and whether its modules make 100 % (D-5)."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from transforms.calibration.acquisition import Funds, funds
from transforms.calibration.assumptions import Assumptions, Origin
from transforms.calibration.capacity import Weighed
from transforms.calibration.ground import SPEND, Ground
from transforms.calibration.history import CUSTOMERS
from transforms.calibration.needs import affordable_cac, affordable_customers
from transforms.calibration.verdict import Check, Figure, Plan, number

EMERGENCY: Final = (Decimal("0.10"), Decimal("0.20"))
RESERVE: Final = (Decimal("0.10"), Decimal("0.15"))


def budget(plan: Plan, ground: Ground, assumed: Assumptions, weighed: Weighed) -> Check:
    """Hold a target of new customers against what the budget buys: budget ÷ CAC.

    The money is what `funds` finds in the plan sheet or in the settings. Where lines of the sheet
    cover only a part of the window and what they buy falls short, the rest of the budget is asked
    for: that is a question, not a shortfall. CAC is spend ÷ new customers of the last three periods
    where no setting states it.
    """
    if plan.metric != CUSTOMERS:
        return Check("budget", "not_applicable", "not_acquisition")
    base = ground.base_of(plan)
    spend, won = ground.pooled(SPEND, plan, base), ground.pooled(CUSTOMERS, plan, base)
    measured = spend / won if spend is not None and won else None
    cac = assumed.given("cac", measured)
    found = funds(plan, assumed, weighed)
    money = assumed.given("budget", found.money)
    buys = affordable_customers(money, cac) if money is not None and cac is not None else None
    may_cost = affordable_cac(money, plan.value) if money is not None else None
    figures = (
        *_money_figures(found, money, assumed),
        Figure("cac", number(cac), assumed.origin("cac")),
        Figure("affordable_customers", number(buys), "derived"),
        Figure("affordable_cac", number(may_cost), "derived"),
    )
    if money is None:
        return Check("budget", "no_data", "no_budget", supply="budget", figures=figures)
    if buys is None:
        return Check("budget", "no_data", "no_cac", supply="cac", figures=figures)
    is_partial = found.covered < 1 and "budget" not in assumed.changes
    if buys < plan.value and is_partial:
        return Check("budget", "question", "budget_partial", number(buys), figures=figures)
    if buys < plan.value:
        return Check("budget", "short", "unaffordable", number(buys), figures=figures)
    return Check("budget", "met", "affordable", number(buys), figures=figures)


def _money_figures(
    found: Funds, money: Fraction | None, assumed: Assumptions
) -> tuple[Figure, ...]:
    """The budget that holds; how much of the window it is for, and what the other source says."""
    origin: Origin = "trial" if "budget" in assumed.changes else found.origin
    figures = [Figure("budget", number(money), origin)]
    if found.money is not None and found.covered < 1:
        figures.append(Figure("budget_covered", number(found.covered), found.origin))
    if found.other is not None:
        other: Origin = "setting" if found.origin == "plan" else "plan"
        figures.append(Figure("budget_other", number(found.other), other))
    return tuple(figures)


def modules_add_up(assumed: Assumptions) -> Check:
    """Hold budgets by module plus the emergency reserve (10–20 %) against 100 % (D-5)."""
    if not assumed.modules or assumed.emergency is None:
        supply = "emergency" if assumed.modules else "modules"
        return Check("modules", "no_data", "no_modules", supply=supply)
    total = sum((module.share for module in assumed.modules), assumed.emergency)
    figures = (
        *(Figure(f"module_{module.name}", module.share, "setting") for module in assumed.modules),
        Figure("emergency", assumed.emergency, "setting"),
        Figure("modules_sum", total, "derived"),
    )
    whole = Decimal(1)
    if total != whole:
        return Check("modules", "short", "modules_not_whole", whole, figures=figures)
    if not EMERGENCY[0] <= assumed.emergency <= EMERGENCY[1]:
        return Check("modules", "question", "emergency_unusual", whole, figures=figures)
    return Check("modules", "met", "modules_whole", whole, figures=figures)


def reserve_fits(assumed: Assumptions) -> Check:
    """Hold the stretch above targets (弹性空间) against its usual 10–15 % (D-5)."""
    figures = (Figure("reserve", assumed.reserve, "setting"),)
    if RESERVE[0] <= assumed.reserve <= RESERVE[1]:
        return Check("reserve", "met", "reserve_usual", RESERVE[1], figures=figures)
    return Check("reserve", "question", "reserve_unusual", RESERVE[1], figures=figures)
