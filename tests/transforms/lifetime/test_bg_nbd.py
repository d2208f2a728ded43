"""BG/NBD: known parameters are found again, and the laws that hold for any fit."""

from dataclasses import astuple
from decimal import Decimal, getcontext, localcontext
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.lifetime.simulated import buyers
from transforms.lifetime.bg_nbd import BgNbd, fit_bg_nbd
from transforms.lifetime.refusal import FitLimits, Reason, Refusal

TRUE = {"r": 0.6, "alpha": 8.0, "a": 0.8, "b": 2.5}
SEED = 20261116


@pytest.fixture(scope="module")
def history() -> pl.DataFrame:
    return buyers(4000, SEED, **TRUE, weeks=104)


@pytest.fixture(scope="module")
def model(history: pl.DataFrame) -> BgNbd:
    return _fitted(history)


def _fitted(history: pl.DataFrame, unit_days: float = 7.0) -> BgNbd:
    found = fit_bg_nbd(history, unit_days=unit_days)
    assert isinstance(found, BgNbd), found
    return found


def _of(**parameters: float) -> BgNbd:
    return BgNbd(**parameters, standard_errors=(0, 0, 0, 0), log_likelihood=0, customers=0)


def _customer(frequency: int, recency_weeks: float, age_weeks: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "frequency": [frequency],
            "recency_days": [recency_weeks * 7],
            "age_days": [age_weeks * 7],
        }
    )


def test_true_parameters_are_within_three_standard_errors(model: BgNbd) -> None:
    found = (model.r, model.alpha, model.a, model.b)
    for value, true, error in zip(found, TRUE.values(), model.standard_errors, strict=True):
        assert abs(value - true) < 3 * error
        assert error < true / 2


def test_another_unit_of_time_scales_alpha_alone(history: pl.DataFrame, model: BgNbd) -> None:
    days = _fitted(history, unit_days=1)
    assert days.alpha == pytest.approx(7 * model.alpha, rel=1e-5)
    assert (days.r, days.a, days.b) == pytest.approx((model.r, model.a, model.b), rel=1e-5)
    assert days.expected_purchases(history, 90).to_list() == pytest.approx(
        model.expected_purchases(history, 90).to_list(), rel=1e-4
    )


def test_order_of_customers_changes_no_digit(history: pl.DataFrame, model: BgNbd) -> None:
    assert astuple(_fitted(history.sample(fraction=1, shuffle=True, seed=SEED))) == astuple(model)


def test_equal_customers_may_be_counted() -> None:
    each = buyers(1500, SEED, **TRUE, weeks=52).with_columns(
        pl.col("recency_days", "age_days").round(0)
    )
    grouped = each.group_by(pl.all()).agg(pl.len().alias("customers"))
    assert grouped.height < each.height
    one, other = _fitted(each), fit_bg_nbd(grouped, limits=FitLimits())
    assert isinstance(other, BgNbd)
    assert astuple(other) == astuple(one)


@pytest.mark.parametrize(
    ("parameters", "frequency", "recency", "age", "ahead"),
    [
        pytest.param((0.243, 4.414, 0.793, 2.426), 2, 30.43, 38.86, 39, id="as published"),
        pytest.param((0.25, 5, 0.6, 2.6), 300, 150, 156, 52, id="a frequent buyer"),
        pytest.param((8, 20, 2.5, 1.5), 3, 10, 12, 30, id="alike in rate"),
        pytest.param((60, 20, 2.5, 1.5), 3, 10, 12, 30, id="very alike in rate"),
        pytest.param((1, 4, 3, 0.2), 0, 0, 1, 5, id="most leave at once"),
        pytest.param((0.243, 4.414, 1.0000001, 2.426), 1, 5, 30, 900, id="a near 1, far ahead"),
    ],
)
def test_expectation_equals_the_papers_expression(
    parameters: tuple[float, float, float, float],
    frequency: int,
    recency: float,
    age: float,
    ahead: float,
) -> None:
    """The paper's form, in 80 digits: ours is a different sum."""
    r, alpha, a, b = parameters
    found = _of(r=r, alpha=alpha, a=a, b=b).expected_purchases(
        _customer(frequency, recency, age), ahead * 7
    )
    expected = _as_published(parameters, frequency, recency, age, ahead)
    assert found[0] == pytest.approx(expected, rel=1e-9)


def _as_published(
    parameters: tuple[float, float, float, float],
    frequency: int,
    recency: float,
    age: float,
    ahead: float,
) -> float:
    with localcontext(getcontext()) as context:
        context.prec = 80
        r, alpha, a, b, x, t_x, now, t = (
            Decimal(value) for value in (*parameters, frequency, recency, age, ahead)
        )
        share = t / (alpha + now + t)
        term = total = Decimal(1)
        k = 0
        while abs(term) > Decimal("1e-40") * total or k < 100:
            term *= (r + x + k) * (b + x + k) / ((a + b + x - 1 + k) * (k + 1)) * share
            total += term
            k += 1
        bought = (a + b + x - 1) / (a - 1) * (1 - (1 - share) ** (r + x) * total)
        left = a / (b + x - 1) * ((alpha + now) / (alpha + t_x)) ** (r + x) if x else Decimal(0)
        return float(bought / (1 + left))


positive = st.floats(0.05, 20)


@settings(max_examples=60, deadline=None)
@given(
    positive, positive, positive, positive, st.integers(0, 60), st.floats(0, 1), st.floats(1, 200)
)
def test_laws_of_a_forecast(
    r: float, alpha: float, a: float, b: float, frequency: int, share: float, age: float
) -> None:
    model = _of(r=r, alpha=alpha, a=a, b=b)
    customer = _customer(frequency, age * share if frequency else 0, age)
    alive = model.probability_alive(customer)[0]
    assert 0 <= alive <= 1
    if frequency == 0:
        assert alive == 1
    ahead = [model.expected_purchases(customer, days)[0] for days in (0, 7, 70, 700)]
    assert ahead[0] == 0
    assert all(sooner <= later for sooner, later in pairwise(ahead))


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        pytest.param(
            buyers(99, SEED, **TRUE, weeks=104), Reason.TOO_FEW_CUSTOMERS, id="99 customers"
        ),
        pytest.param(
            buyers(120, SEED, r=0.1, alpha=20, a=0.8, b=2.5, weeks=52),
            Reason.TOO_FEW_CUSTOMERS,
            id="a handful bought again",
        ),
        pytest.param(
            pl.DataFrame(
                {"frequency": [0] * 500, "recency_days": [0] * 500, "age_days": [90] * 500}
            ),
            Reason.NO_REPEAT_PURCHASES,
            id="nobody bought again",
        ),
        pytest.param(
            buyers(1000, SEED, r=0.8, alpha=10, a=1e-9, b=1, weeks=52),
            Reason.NOBODY_LEAVES,
            id="everybody stays",
        ),
        pytest.param(
            buyers(300, SEED, r=0.6, alpha=8, a=2, b=4, weeks=26),
            Reason.NOT_IDENTIFIED,
            id="they leave, but one cannot tell how differently",
        ),
        pytest.param(
            pl.DataFrame(
                {"frequency": [9] * 500, "recency_days": [90] * 500, "age_days": [91] * 500}
            ),
            Reason.NOT_CONVERGED,
            id="all alike, nobody left",
        ),
        pytest.param(
            buyers(2000, SEED, r=0.6, alpha=2, a=300, b=700, weeks=52),
            Reason.NOT_CONVERGED,
            id="all leave with one probability",
        ),
    ],
)
def test_a_model_that_does_not_fit_is_refused(history: pl.DataFrame, reason: Reason) -> None:
    found = fit_bg_nbd(history)
    assert isinstance(found, Refusal)
    assert found.reason == reason
    assert " / " in found.detail
