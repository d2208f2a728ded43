"""The five anchors of a target (D-4, D-5), with the figures of domain.md."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.transforms.calibration.ground_of import (
    JANUARY,
    QUARTER,
    YEAR,
    assignments,
    figure,
    ground,
    past,
    plan,
)
from transforms.calibration.annual import annual
from transforms.calibration.assumptions import Assumptions, Budget, Change, Increment, Module
from transforms.calibration.budget import budget, modules_add_up, reserve_fits
from transforms.calibration.capacity import capacity
from transforms.calibration.heads import Window
from transforms.calibration.history import history
from transforms.calibration.market import market
from transforms.calibration.needs import (
    affordable_cac,
    affordable_customers,
    expected_customers,
    required_leads,
)
from transforms.calibration.verdict import Plan, number

Q2 = (date(2027, 4, 1), date(2027, 6, 30))
Q3 = (date(2027, 7, 1), date(2027, 9, 30))
Q4 = (date(2027, 10, 1), date(2027, 12, 31))


def days(first: date, last: date) -> Decimal:
    """Every day weighs the same."""
    return Decimal((last - first).days + 1)


def nothing_planned(_: Plan, __: str) -> None:
    return None


def test_d4_1000_customers_at_5_percent_need_20000_leads() -> None:
    assert required_leads(Decimal(1000), Decimal("0.05")) == 20_000


def test_d4_1000_leads_at_15_percent_give_150_customers() -> None:
    assert expected_customers(Decimal(1000), Decimal("0.15")) == 150


def test_d4_a_budget_of_100_wan_for_500_customers_is_a_cac_of_2000() -> None:
    assert affordable_cac(Decimal(1_000_000), Decimal(500)) == 2000
    assert affordable_customers(Decimal(1_000_000), Decimal(2000)) == 500


@pytest.mark.parametrize(
    ("values", "verdict", "reason"),
    [
        pytest.param((20, 25, 25, 30), "met", "quarters_reach", id="sum reaches the year"),
        pytest.param((20, 25, 25, 29), "short", "quarters_short", id="one short"),
        pytest.param((20, 25), "short", "quarters_missing", id="half of the year is not split"),
        pytest.param((), "no_data", "no_quarters", id="not split at all"),
    ],
)
def test_d4_quarters_against_the_year(values: tuple[int, ...], verdict: str, reason: str) -> None:
    quarters = [
        plan("sales_amount", value, window)
        for value, window in zip(values, (QUARTER, Q2, Q3, Q4), strict=False)
    ]
    year = plan("sales_amount", 100)
    own = {year[:3]: [year, *quarters]}
    found = annual(year, own, 1, is_level=False)
    assert (found.verdict, found.reason) == (verdict, reason)


def test_a_quarter_without_a_window_is_the_sum_of_its_months() -> None:
    months = [
        plan("sales_amount", 10, (date(2027, month, 1), date(2027, month, 28)))
        for month in range(1, 13)
    ]
    year = plan("sales_amount", 120)
    found = annual(months[0], {year[:3]: [year, *months]}, 1, is_level=False)
    assert found.verdict == "met"
    assert figure(found, "quarter_sum") == 120


def test_without_a_target_of_the_year_that_is_what_to_supply() -> None:
    quarter = plan("sales_amount", 20, QUARTER)
    found = annual(quarter, {quarter[:3]: [quarter]}, 1, is_level=False)
    assert (found.verdict, found.supply) == ("no_data", "year_target")


GROWING = {
    ("sales_amount", past(2026)): "152.0875",
    ("sales_amount", past(2025)): "132.25",
    ("sales_amount", past(2024)): 115,
    ("sales_amount", past(2023)): 100,
}
"""Three years of 15 %."""


@pytest.mark.parametrize(
    ("target", "driver", "verdict", "reason"),
    [
        pytest.param("182.505", None, "question", "driver_missing", id="20 % without a driver"),
        pytest.param("182.505", "新能源新品", "met", "driver_named", id="20 % with its driver"),
        pytest.param("174.900625", None, "met", "within_trend", id="exactly 15 %"),
        pytest.param("174.900626", None, "question", "driver_missing", id="a hair above 15 %"),
    ],
)
def test_d4_three_years_of_15_percent_and_a_target_of_20(
    target: str, driver: str | None, verdict: str, reason: str
) -> None:
    found = history(
        plan("sales_amount", target), ground(GROWING), Assumptions(), nothing_planned, driver
    )
    assert (found.verdict, found.reason) == (verdict, reason)
    assert figure(found, "growth") == Decimal("0.15")
    assert found.reference == Decimal("174.900625")
    assert found.words == driver


@pytest.mark.parametrize(
    ("values", "supply"),
    [
        pytest.param({}, "earlier_years", id="no last year"),
        pytest.param({("sales_amount", past(2026)): 100}, "growth", id="no growth"),
        pytest.param(
            {("sales_amount", past(2026)): 100, ("sales_amount", past(2025)): 0},
            "growth",
            id="growth from 0 is none",
        ),
    ],
)
def test_history_that_is_not_known_is_no_data(
    values: dict[tuple[str, Window], object], supply: str
) -> None:
    found = history(plan("sales_amount", 100), ground(values), Assumptions(), nothing_planned, None)
    assert (found.verdict, found.supply, found.reference) == ("no_data", supply, None)


def test_fewer_overdue_deals_than_the_trend_need_a_reason_too() -> None:
    values = {
        ("lead_response_hours", past(2026)): (10, 1),
        ("lead_response_hours", past(2025)): (10, 1),
    }
    found = history(
        plan("lead_response_hours", 8),
        ground(values),
        Assumptions(),
        nothing_planned,
        None,
        is_down_better=True,
    )
    assert found.reason == "driver_missing"


CUSTOMERS = {
    ("new_customers", past(2026)): 1000,
    ("new_customers", past(2025)): 1000,
    ("new_customers", past(2024)): 1000,
    ("lead_conversion", past(2024)): (500, 10_000),
    ("lead_conversion", past(2025)): (500, 10_000),
    ("lead_conversion", past(2026)): (500, 10_000),
}
"""Conversion of 5 %."""


@pytest.mark.parametrize(
    ("leads", "verdict", "reason"),
    [
        pytest.param(20_000, "met", "within_trend", id="just enough"),
        pytest.param(19_999, "short", "leads_short", id="one short"),
    ],
)
def test_d4_leads_worked_back_from_1000_customers_at_5_percent(
    leads: int, verdict: str, reason: str
) -> None:
    def planned(_: Plan, metric: str) -> Decimal | None:
        return Decimal(leads) if metric == "leads" else None

    found = history(plan("new_customers", 1000), ground(CUSTOMERS), Assumptions(), planned, None)
    assert figure(found, "required_leads") == 20_000
    assert figure(found, "expected_customers") == Decimal(leads) * Decimal("0.05")
    assert (found.verdict, found.reason) == (verdict, reason)


def test_d4_visits_worked_back_from_the_target() -> None:
    values = CUSTOMERS | {("effective_visits", past(year)): 30_000 for year in (2024, 2025, 2026)}
    found = history(
        plan("new_customers", 1000),
        ground(values),
        Assumptions(),
        lambda _, metric: Decimal(20_000) if metric == "leads" else Decimal(29_999),
        None,
    )
    assert figure(found, "required_visits") == 30_000
    assert (found.verdict, found.reason) == ("short", "visits_short")


@pytest.mark.parametrize(
    ("strategy", "verdict", "reason"),
    [
        pytest.param(None, "question", "strategy_missing", id="no strategy"),
        pytest.param("阶梯套餐", "met", "strategy_named", id="strategy named"),
    ],
)
def test_d4_an_order_value_from_500_to_600_names_its_strategy(
    strategy: str | None, verdict: str, reason: str
) -> None:
    values = {("aov", past(year)): (50_000, 100) for year in (2024, 2025, 2026)}
    found = history(plan("aov", 600), ground(values), Assumptions(), nothing_planned, strategy)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.reference == 500


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


@pytest.mark.parametrize(
    ("allowance", "words", "driver", "verdict", "reason"),
    [
        pytest.param("-0.05", "竞品降价", None, "question", "above_market", id="beyond it"),
        pytest.param("-0.05", "竞品降价", "新品", "met", "driver_named", id="driver named"),
        pytest.param("0.10", "政策利好", None, "met", "within_market", id="within it"),
        pytest.param("0.10", None, None, "question", "no_allowance_reason", id="no reason given"),
        pytest.param(None, None, None, "no_data", "no_allowance", id="no allowance"),
    ],
)
def test_d4_the_market_has_an_allowance_with_its_reason(
    allowance: str | None, words: str | None, driver: str | None, verdict: str, reason: str
) -> None:
    assumed = Assumptions(
        market=None if allowance is None else Decimal(allowance), market_reason=words
    )
    found = market(plan("sales_amount", "174.900625"), ground(GROWING), assumed, driver)
    assert (found.verdict, found.reason) == (verdict, reason)


def test_a_trial_changes_one_assumption_and_says_so() -> None:
    assumed = Assumptions(changes={"growth": Change(Decimal("0.20"))})
    found = history(
        plan("sales_amount", "182.505"), ground(GROWING), assumed, nothing_planned, None
    )
    assert (found.verdict, found.reference) == ("met", Decimal("182.505"))
    assert [each.origin for each in found.figures if each.name == "growth"] == ["trial"]
