"""The five anchors of a target (D-4, D-5), with the figures of domain.md."""

from datetime import date
from decimal import Decimal

import pytest

from tests.transforms.calibration.ground_of import (
    QUARTER,
    figure,
    ground,
    past,
    plan,
)
from transforms.calibration.annual import annual
from transforms.calibration.assumptions import Assumptions, Change
from transforms.calibration.heads import Window
from transforms.calibration.history import history
from transforms.calibration.market import market
from transforms.calibration.needs import (
    affordable_cac,
    affordable_customers,
    expected_customers,
    required_leads,
)
from transforms.calibration.verdict import Plan

Q2 = (date(2027, 4, 1), date(2027, 6, 30))
Q3 = (date(2027, 7, 1), date(2027, 9, 30))
Q4 = (date(2027, 10, 1), date(2027, 12, 31))


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
