"""Gamma-Gamma: known parameters are found again; what the model may not be used for."""

import polars as pl
import pytest

from tests.transforms.lifetime.simulated import spenders
from transforms.lifetime.gamma_gamma import GammaGamma, fit_gamma_gamma
from transforms.lifetime.refusal import Reason, Refusal

TRUE = {"p": 6.0, "q": 4.0, "gamma": 15.0}
SEED = 20261116


def _fitted(history: pl.DataFrame) -> GammaGamma:
    found = fit_gamma_gamma(history)
    assert isinstance(found, GammaGamma), found
    return found


def test_true_parameters_are_within_three_standard_errors() -> None:
    model = _fitted(spenders(4000, SEED, **TRUE))
    found = (model.p, model.q, model.gamma)
    for value, true, error in zip(found, TRUE.values(), model.standard_errors, strict=True):
        assert abs(value - true) < 3 * error
        assert error < true / 5


def test_another_currency_scales_gamma_alone() -> None:
    history = spenders(1000, SEED, **TRUE)
    one, other = _fitted(history), _fitted(history.with_columns(pl.col("mean_value") * 100))
    assert other.gamma == pytest.approx(100 * one.gamma, rel=1e-6)
    assert (other.p, other.q) == pytest.approx((one.p, one.q), rel=1e-6)


def test_order_of_customers_changes_no_digit() -> None:
    history = spenders(500, SEED, **TRUE)
    assert _fitted(history.reverse()) == _fitted(history)


def test_expected_value_is_drawn_towards_the_mean_of_all() -> None:
    model = GammaGamma(6.0, 4.0, 15.0, (0, 0, 0), 0, 0, 0, 0)
    history = pl.DataFrame(
        {"frequency": [0, 1, 50, 2], "mean_value": [None, 60.0, 60.0, -3.0]},
        schema_overrides={"mean_value": pl.Float64},
    )
    values = model.expected_value(history).to_list()
    assert values[0] == model.mean_value == 30  # p·γ / (q − 1)
    assert values[1] == pytest.approx((3 * 30 + 6 * 60) / (3 + 6))  # weights q − 1 and p·x
    assert values[2] == pytest.approx((3 * 30 + 300 * 60) / (3 + 300))
    assert values[3] is None


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        pytest.param(
            spenders(500, SEED, **TRUE).with_columns(
                pl.col("mean_value") * pl.col("frequency").cast(pl.Float64)
            ),
            Reason.FREQUENCY_AND_VALUE_CORRELATED,
            id="frequent buyers spend more",
        ),
        pytest.param(spenders(29, SEED, **TRUE), Reason.TOO_FEW_CUSTOMERS, id="29 customers"),
        pytest.param(
            spenders(500, SEED, **TRUE).with_columns(pl.col("mean_value") * 0),
            Reason.TOO_FEW_CUSTOMERS,
            id="nobody paid anything",
        ),
        pytest.param(
            spenders(500, SEED, **TRUE).with_columns(pl.col("frequency") * 0),
            Reason.NO_REPEAT_PURCHASES,
            id="nobody bought again",
        ),
        pytest.param(
            spenders(2000, SEED, p=6.0, q=0.6, gamma=15.0),
            Reason.MEAN_VALUE_UNDEFINED,
            id="tail too heavy for a mean",
        ),
        pytest.param(
            spenders(500, SEED, **TRUE).with_columns(mean_value=pl.lit(30.0)),
            Reason.NOT_CONVERGED,
            id="every purchase alike",
        ),
    ],
)
def test_a_model_that_does_not_fit_is_refused(history: pl.DataFrame, reason: Reason) -> None:
    found = fit_gamma_gamma(history)
    assert isinstance(found, Refusal)
    assert found.reason == reason


def test_customers_without_a_positive_amount_are_counted() -> None:
    history = spenders(500, SEED, **TRUE)
    free = history.head(7).with_columns(mean_value=pl.lit(0.0))
    model = _fitted(pl.concat([history, free]))
    assert (model.customers, model.left_out) == (500, 7)
    assert model.p == _fitted(history).p
