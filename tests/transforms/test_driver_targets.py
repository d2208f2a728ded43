"""Weekly targets of the drivers: given, derived from history, solved (D-2a)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from tests.transforms.builders import Row, facts
from tests.transforms.test_daily_targets import target, targets
from transforms.calendar import review_week
from transforms.catalogue import CATALOGUE
from transforms.driver_targets import driver_plan, targets_of_drivers
from transforms.metrics import metric_values
from transforms.parameters import Calendar, Parameters
from transforms.tables.plan import DriverTarget

Q4 = date(2026, 10, 1), date(2026, 12, 31)
"""Thursday to Thursday."""
W47 = Parameters(week=review_week("2026-W47"))
WEEK = W47.week.starts_on, W47.week.ends_on


def drivers(metric: str, value: str, window: tuple[date, date] = Q4) -> pl.DataFrame:
    row = {"metric": metric, "scope_kind": "company", "scope": "company"}
    row |= {"period_start": window[0], "period_end": window[1], "weekly_value": Decimal(value)}  # type: ignore[dict-item]
    frame = pl.DataFrame([row], schema=DriverTarget.create_empty().schema)
    return DriverTarget.validate(frame)


def by_week(found: pl.DataFrame) -> list[tuple[date, Decimal]]:
    return list(found.select("period_start", "target_value").iter_rows())


def test_d2a_a_whole_week_has_the_weekly_value_and_a_cut_one_its_working_days() -> None:
    found = by_week(targets_of_drivers(drivers("leads", "120"), targets(), CATALOGUE, Calendar()))
    assert found[0] == (date(2026, 10, 1), Decimal(48)), "Thursday and Friday: 2 of 5 days"
    assert found[1] == (date(2026, 10, 5), Decimal(120))
    assert found[-1] == (date(2026, 12, 28), Decimal(96)), "Monday to Thursday: 4 of 5 days"
    assert len(found) == 14


def test_d2a_a_ratio_holds_over_the_whole_window() -> None:
    rate = drivers("lead_conversion", "0.15")
    found = targets_of_drivers(rate, targets(), CATALOGUE, Calendar())
    assert by_week(found) == [(Q4[0], Decimal("0.15"))]


def test_d2a_the_plan_s_own_target_goes_first() -> None:
    november = date(2026, 11, 1), date(2026, 11, 30)
    own = targets(target(november, 400, metric="leads"))
    assert targets_of_drivers(drivers("leads", "120"), own, CATALOGUE, Calendar()).is_empty()


def sold(**changes: object) -> list[Row]:
    """Two customers, three orders of 100 each week, for twenty weeks."""
    return [
        {
            "occurred_on": W47.week.starts_on + timedelta(days=1 - 7 * back),
            "account_id": account,
            "order_id": f"{back}-{order}",
            "net_amount": Decimal(100),
            **changes,
        }
        for back in range(20)
        for order, account in enumerate(("K1", "K1", "K2"))
    ]


def asked(*plan: dict[str, Any], leads: int = 0, converted: int = 0) -> dict[str, tuple[Any, ...]]:
    """Value, origin and actual by driver, for the company."""
    sales = target(WEEK, 600)
    days = [W47.week.starts_on + timedelta(days=1 - 7 * back) for back in range(20)]
    found = facts(
        sale=sold(first_ordered_on=W47.week.starts_on + timedelta(days=1)),
        lead_created=[{"occurred_on": day} for day in days for _ in range(leads)],
        lead_converted=[{"occurred_on": day} for day in days for _ in range(converted)],
    )
    values, history = metric_values(found, targets(sales, *plan), CATALOGUE, W47)
    rows = driver_plan(found["sale"], values, history, W47).filter(pl.col("scope") == "company")
    return {
        driver: (value, origin, actual)
        for driver, value, origin, actual in rows.select(
            "driver", "value", "origin", "actual"
        ).iter_rows()
    }


def test_d2a_missing_drivers_are_derived_and_marked() -> None:
    """600 due at 100 an order and 1.5 orders a customer asks for 4 active customers."""
    assert asked() == {
        "active_customers": (Decimal(4), "solved", Decimal(2)),
        "orders_per_customer": (Decimal("1.5"), "history", Decimal("1.5")),
        "aov": (Decimal(100), "history", Decimal(100)),
    }


def test_d2a_the_product_is_the_sales_due() -> None:
    """With an order value of 600 元 by hand (from 100) the customers needed are fewer."""
    found = asked(target(Q4, 150, metric="aov"))
    assert found["aov"][:2] == (Decimal(150), "given")
    product = Fraction(1)
    for driver in ("active_customers", "orders_per_customer", "aov"):
        product *= Fraction(found[driver][0])
    assert float(product) == pytest.approx(600, abs=1e-3)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param([], (Decimal(200), "solved"), id="twice the sales need twice the leads"),
        pytest.param(
            [target(WEEK, 60, metric="new_customers")], (Decimal(400), "solved"), id="60 ÷ 15 %"
        ),
        pytest.param([target(WEEK, 120, metric="leads")], (Decimal(120), "given"), id="by hand"),
    ],
)
def test_d2a_leads_from_the_target_and_the_conversion(
    plan: list[dict[str, Any]], expected: tuple[Decimal, str]
) -> None:
    found = asked(*plan, leads=100, converted=15)
    assert found["lead_conversion"] == (Decimal("0.15"), "history", Decimal("0.15"))
    assert found["leads"] == (*expected, Decimal(100))


def test_d2a_leads_and_new_customers_by_hand_ask_for_their_conversion() -> None:
    """30 new customers of 120 leads: 25 %, whatever it was in the weeks before."""
    plan = target(WEEK, 120, metric="leads"), target(WEEK, 30, metric="new_customers")
    found = asked(*plan, leads=100, converted=15)
    assert found["leads"][:2] == (Decimal(120), "given")
    assert found["lead_conversion"] == (Decimal("0.25"), "solved", Decimal("0.15"))
