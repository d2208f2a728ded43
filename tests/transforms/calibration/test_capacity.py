"""What the team and the budget can do (D-4, D-5)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.transforms.calibration.ground_of import (
    JANUARY,
    YEAR,
    assignments,
    figure,
    ground,
    plan,
)
from transforms.calibration.assumptions import Assumptions, Budget, Increment, Module
from transforms.calibration.budget import budget, modules_add_up, reserve_fits
from transforms.calibration.capacity import capacity
from transforms.calibration.verdict import number


def days(first: date, last: date) -> Decimal:
    """Every day weighs the same."""
    return Decimal((last - first).days + 1)


TEN = assignments(*({} for _ in range(10)))
MONTHLY = {
    ("sales_amount", (date(2026, month, 1), date(2026, month, 31 if month != 11 else 30))): value
    for month, value in ((10, 310), (11, 300), (12, 310))
}
"""Ten heads that sell 1 a day and head: 10 a day."""


@pytest.mark.parametrize(
    ("increments", "gain"),
    [
        pytest.param((), "1", id="baseline"),
        pytest.param((Increment("工具", "tools", Decimal("0.20")),), "1.20", id="tools +20 %"),
        pytest.param((Increment("培训", "training", Decimal("0.25")),), "1.25", id="coach +25 %"),
        pytest.param(
            (Increment("新人", "new_hire", Decimal("0.30"), Decimal(1)),), "1.30", id="ramp +30 %"
        ),
        pytest.param(
            (
                Increment("工具", "tools", Decimal("0.20")),
                Increment("培训", "training", Decimal("0.25")),
            ),
            "1.45",
            id="gains add up",
        ),
        pytest.param(
            (Increment("新人", "new_hire", Decimal("0.30"), Decimal("0.5")),),
            "1.15",
            id="half of the heads are new",
        ),
    ],
)
def test_d4_capacity_is_baseline_and_named_increments(
    increments: tuple[Increment, ...], gain: str
) -> None:
    assumed = Assumptions(increments=increments)
    found = capacity(
        plan("sales_amount", 1, JANUARY), ground(MONTHLY, TEN), assumed, days, is_level=False
    )
    assert figure(found, "capacity") == 310 * Decimal(gain)


@pytest.mark.parametrize(
    ("target", "verdict", "reason"),
    [
        pytest.param("263.5", "met", "reachable", id="exactly capacity less 15 %"),
        pytest.param("263.500001", "question", "within_buffer", id="a hair above it"),
        pytest.param("310", "question", "within_buffer", id="exactly the capacity"),
        pytest.param("310.01", "short", "above_capacity", id="beyond it"),
    ],
)
def test_d5_reachable_is_up_to_capacity_less_15_percent(
    target: str, verdict: str, reason: str
) -> None:
    found = capacity(
        plan("sales_amount", target, JANUARY),
        ground(MONTHLY, TEN),
        Assumptions(),
        days,
        is_level=False,
    )
    assert (found.verdict, found.reason, found.reference) == (verdict, reason, Decimal("263.5"))


def test_capacity_is_corrected_for_turnover_and_new_heads() -> None:
    left = {"left_on": date(2026, 11, 30), "valid_to": date(2026, 11, 30)}
    new = {"joined_on": date(2026, 12, 1), "valid_from": date(2026, 12, 1)}
    team = assignments(*({} for _ in range(9)), left, new)
    assumed = Assumptions(increments=(Increment("新人", "new_hire", Decimal("0.30")),))
    found = capacity(
        plan("sales_amount", 1, JANUARY), ground(MONTHLY, team), assumed, days, is_level=False
    )
    assert figure(found, "heads") == 10
    assert figure(found, "covers_new_hire") == Decimal("0.1")
    average = 9 + Fraction(61, 92) + Fraction(31, 92)
    stay = 1 - 1 / average / 3
    expected = 920 / average / 92 * 10 * stay * 31 * Fraction("1.03")
    assert figure(found, "capacity") == number(expected)


def test_a_product_line_has_no_heads_and_a_team_without_past_no_output() -> None:
    line = plan("sales_amount", 1, JANUARY)._replace(scope_kind="product_line", scope="新能源")
    known = ground(MONTHLY, TEN, scope=("product_line", "新能源"))
    assert capacity(line, known, Assumptions(), days, is_level=False).supply == "heads"
    empty = capacity(
        plan("sales_amount", 1, JANUARY), ground({}, TEN), Assumptions(), days, is_level=False
    )
    assert (empty.verdict, empty.supply) == ("no_data", "earlier_periods")


def test_capacity_of_a_rate_is_its_value_of_three_periods_together() -> None:
    values = {("win_rate", window): (2, 10) for _, window in MONTHLY}
    found = capacity(
        plan("win_rate", "0.17", JANUARY), ground(values), Assumptions(), days, is_level=True
    )
    assert (found.reason, found.reference) == ("reachable", Decimal("0.17"))


MONEY = Budget("company", "company", *YEAR, Decimal(1_000_000))


@pytest.mark.parametrize(
    ("target", "cac", "budgets", "verdict", "reason"),
    [
        pytest.param(500, 2000, (MONEY,), "met", "affordable", id="100 万 ÷ 2000 ≥ 500"),
        pytest.param(501, 2000, (MONEY,), "short", "unaffordable", id="one more than it buys"),
        pytest.param(500, 2000, (), "no_data", "no_budget", id="no budget"),
        pytest.param(500, None, (MONEY,), "no_data", "no_cac", id="no CAC"),
    ],
)
def test_d4_budget_over_cac(
    target: int, cac: int | None, budgets: tuple[Budget, ...], verdict: str, reason: str
) -> None:
    assumed = Assumptions(cac=None if cac is None else Decimal(cac), budgets=budgets)
    found = budget(plan("new_customers", target), ground({}), assumed, days)
    assert (found.verdict, found.reason) == (verdict, reason)
    if budgets and target == 500:
        assert figure(found, "affordable_cac") == 2000


def test_a_window_has_its_share_of_the_budget_and_cac_is_measured() -> None:
    windows = [window for _, window in MONTHLY]
    values = {("acquisition_spend", window): 4000 for window in windows}
    values |= {("new_customers", window): 2 for window in windows}
    found = budget(
        plan("new_customers", 40, JANUARY),
        ground(values),
        Assumptions(budgets=(Budget("company", "company", *YEAR, Decimal(365_000)),)),
        days,
    )
    assert figure(found, "budget") == 31_000
    assert figure(found, "cac") == 2000
    assert (found.verdict, found.reference) == ("short", Decimal("15.5"))


@pytest.mark.parametrize(
    ("shares", "emergency", "verdict", "reason"),
    [
        pytest.param(("0.40", "0.30", "0.20"), "0.10", "met", "modules_whole", id="100 %"),
        pytest.param(("0.40", "0.30", "0.10"), "0.10", "short", "modules_not_whole", id="90 %"),
        pytest.param(("0.40", "0.35"), "0.25", "question", "emergency_unusual", id="25 % reserve"),
        pytest.param((), "0.10", "no_data", "no_modules", id="no modules"),
        pytest.param(("0.9",), None, "no_data", "no_modules", id="no reserve"),
    ],
)
def test_d5_modules_and_the_emergency_reserve_make_100_percent(
    shares: tuple[str, ...], emergency: str | None, verdict: str, reason: str
) -> None:
    modules = tuple(Module(str(n), Decimal(share)) for n, share in enumerate(shares))
    kept = None if emergency is None else Decimal(emergency)
    found = modules_add_up(Assumptions(modules=modules, emergency=kept))
    assert (found.verdict, found.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("reserve", "verdict"),
    [("0.10", "met"), ("0.15", "met"), ("0.09", "question"), ("0.16", "question")],
)
def test_d5_the_reserve_is_10_to_15_percent(reserve: str, verdict: str) -> None:
    assert reserve_fits(Assumptions(reserve=Decimal(reserve))).verdict == verdict
