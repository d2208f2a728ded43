"""Lifetime values: the discounting by hand, and the refusals on the way to them."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from transforms.lifetime.bg_nbd import BgNbd
from transforms.lifetime.gamma_gamma import GammaGamma
from transforms.lifetime.refusal import FitLimits, Reason, Refusal
from transforms.lifetime.value import (
    MONTH_DAYS,
    LifetimeValues,
    ValueTerms,
    customer_values,
    lifetime_values,
)

AS_OF = date(2026, 11, 15)
SEED = 20261116
PURCHASES = BgNbd(0.25, 5.0, 0.6, 2.6, (0, 0, 0, 0), 0, 0)
AMOUNTS = GammaGamma(6.0, 4.0, 15.0, (0, 0, 0), 0, 0, 0, 0)
HISTORY = pl.DataFrame(
    {
        "account_id": ["b", "a", "free"],
        "frequency": [2, 0, 2],
        "recency_days": [100, 0, 100],
        "age_days": [200, 30, 200],
        "mean_value": [40.0, None, 0.0],
    }
)


def _orders(customers: int, weeks: int, *, stop: int = 0) -> pl.DataFrame:
    """Draw weekly purchases, each customer with a rate, a stop and a level of price of their own.

    Nobody buys in the last `stop` weeks.
    """
    draw = np.random.default_rng(SEED)
    rows = []
    for customer in range(customers):
        rate, leaves = draw.gamma(0.6, 0.15), draw.beta(0.8, 2.5)
        price = 60 / draw.gamma(4.0)
        at = draw.uniform(0, weeks - stop)
        while at < weeks - stop:
            on = AS_OF - timedelta(days=int((weeks - at) * 7))
            rows.append((f"{customer:05}", on, Decimal(f"{price * draw.gamma(6.0):.2f}")))
            at += draw.exponential(1 / rate)
            if draw.random() < leaves:
                break
    schema = {"account_id": pl.String(), "ordered_on": pl.Date(), "net_amount": pl.Decimal(18, 4)}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture(scope="module")
def orders() -> pl.DataFrame:
    return _orders(1500, 104)


def test_value_is_the_discounted_purchases_of_each_month() -> None:
    terms = ValueTerms(horizon_months=2, monthly_discount_rate=0.05, margin_share=0.4)
    values = customer_values(HISTORY, PURCHASES, AMOUNTS, terms)
    assert values["account_id"].to_list() == ["a", "b", "free"]
    one, two = (
        PURCHASES.expected_purchases(HISTORY, months * MONTH_DAYS).to_list() for months in (1, 2)
    )
    assert values["expected_purchases"][1] == pytest.approx(two[0])
    price = (3 * 30 + 12 * 40) / 15
    assert values["lifetime_value"][1] == pytest.approx(
        0.4 * price * (one[0] / 1.05 + (two[0] - one[0]) / 1.05**2)
    )
    assert values["lifetime_value"][0] == pytest.approx(
        0.4 * 30 * (one[1] / 1.05 + (two[1] - one[1]) / 1.05**2)
    )
    assert values.row(2, named=True)["lifetime_value"] is None


def test_an_undiscounted_value_is_purchases_times_price() -> None:
    terms = ValueTerms(horizon_months=24, monthly_discount_rate=0)
    values = customer_values(HISTORY, PURCHASES, AMOUNTS, terms).head(2)
    expected = (values["expected_purchases"] * values["expected_value"]).to_list()
    assert values["lifetime_value"].to_list() == pytest.approx(expected)


def test_every_customer_of_a_company_is_valued(orders: pl.DataFrame) -> None:
    result = lifetime_values(orders, AS_OF)
    assert isinstance(result, LifetimeValues)
    assert result.values.height == orders["account_id"].n_unique() == result.purchases.customers
    assert abs(result.hold_out.error_share) <= 0.25
    assert result.hold_out.calibrated_on == AS_OF - timedelta(days=182)
    assert result.values["lifetime_value"].null_count() == 0


def test_order_of_rows_changes_no_digit(orders: pl.DataFrame) -> None:
    shuffled = orders.sample(fraction=1, shuffle=True, seed=SEED)
    one, other = lifetime_values(orders, AS_OF), lifetime_values(shuffled, AS_OF)
    assert isinstance(one, LifetimeValues)
    assert isinstance(other, LifetimeValues)
    assert one.values.equals(other.values)


def test_what_came_after_the_day_asked_is_not_known(orders: pl.DataFrame) -> None:
    until = AS_OF - timedelta(days=90)
    one = lifetime_values(orders, until)
    other = lifetime_values(orders.filter(pl.col("ordered_on") <= until), until)
    assert isinstance(one, LifetimeValues)
    assert isinstance(other, LifetimeValues)
    assert one.values.equals(other.values)


@pytest.mark.parametrize(
    ("orders", "limits", "reason"),
    [
        pytest.param(_orders(60, 104), None, Reason.TOO_FEW_CUSTOMERS, id="60 customers"),
        pytest.param(_orders(0, 104), None, Reason.TOO_FEW_CUSTOMERS, id="no orders at all"),
        pytest.param(
            _orders(1500, 104, stop=26), None, Reason.NO_REPEAT_PURCHASES, id="sales stopped"
        ),
        pytest.param(
            _orders(1500, 104, stop=13), None, Reason.DOES_NOT_FORECAST, id="sales stopped lately"
        ),
        pytest.param(
            _orders(1500, 104),
            FitLimits(correlation=0),
            Reason.FREQUENCY_AND_VALUE_CORRELATED,
            id="amounts refused",
        ),
    ],
)
def test_values_that_cannot_be_trusted_are_refused(
    orders: pl.DataFrame, limits: FitLimits | None, reason: Reason
) -> None:
    found = lifetime_values(orders, AS_OF, limits=limits)
    assert isinstance(found, Refusal)
    assert found.reason == reason


def test_a_model_fitted_to_an_even_sample_values_every_customer(orders: pl.DataFrame) -> None:
    result = lifetime_values(orders, AS_OF, limits=FitLimits(fitted_customers=750))
    full = lifetime_values(orders, AS_OF)
    assert isinstance(result, LifetimeValues)
    assert isinstance(full, LifetimeValues)
    assert result.purchases.customers <= 750
    assert result.values.height == full.values.height
    sums = [found.values["lifetime_value"].sum() for found in (result, full)]
    assert sums[0] == pytest.approx(sums[1], rel=0.15)
