"""sBG: published fits, tenures counted by the calendar, contract values by hand."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.lifetime.simulated import renewals
from transforms.lifetime.contract_value import contract_values
from transforms.lifetime.contracts import ShiftedBetaGeometric, contract_tenure, fit_sbg
from transforms.lifetime.refusal import Reason, Refusal
from transforms.lifetime.value import ValueTerms

SEED = 20261116
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


def _cohort(survivors: list[int]) -> pl.DataFrame:
    """Tenures of a cohort of which so many are left after 0, 1, 2 … renewals."""
    last = len(survivors) - 1
    lost = [n for n in range(1, last + 1) for _ in range(survivors[n - 1] - survivors[n])]
    kept = [last] * survivors[-1]
    return pl.DataFrame(
        {"periods": lost + kept, "is_lost": [True] * len(lost) + [False] * len(kept)}
    )


@pytest.mark.parametrize(
    ("survivors", "parameters", "log_likelihood"),
    [
        pytest.param(REGULAR, (0.704, 1.182), -1680.3, id="regular"),
        pytest.param(HIGH_END, (0.668, 3.806), -1611.2, id="high end"),
    ],
)
def test_published_fit(
    survivors: list[int], parameters: tuple[float, float], log_likelihood: float
) -> None:
    """Fader and Hardie (2007): 1,000 customers of each kind over seven renewals."""
    model = fit_sbg(_cohort(survivors))
    assert isinstance(model, ShiftedBetaGeometric)
    assert (round(model.alpha, 3), round(model.beta, 3)) == parameters
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=0.05)
    assert model.survival(1) == [1, pytest.approx(model.beta / (model.alpha + model.beta))]


def test_true_parameters_are_found_from_cohorts_of_every_age() -> None:
    model = fit_sbg(renewals(5000, SEED, alpha=0.8, beta=2.4, periods=6))
    assert isinstance(model, ShiftedBetaGeometric)
    for value, true, error in zip(
        (model.alpha, model.beta), (0.8, 2.4), model.standard_errors, strict=True
    ):
        assert abs(value - true) < 3 * error
        assert error < true / 4


def test_order_of_customers_changes_no_digit() -> None:
    tenure = renewals(500, SEED, alpha=0.8, beta=2.4, periods=6)
    assert fit_sbg(tenure.reverse()) == fit_sbg(tenure)


@pytest.mark.parametrize(
    ("tenure", "reason"),
    [
        pytest.param(
            renewals(99, SEED, alpha=0.8, beta=2.4, periods=6),
            Reason.TOO_FEW_CUSTOMERS,
            id="99 customers",
        ),
        pytest.param(_cohort([1000, 990, 980]), Reason.TOO_FEW_CUSTOMERS, id="20 lost"),
        pytest.param(_cohort([1000, 1000]), Reason.NO_LOSSES, id="none lost"),
        pytest.param(
            _cohort([1000, 500]), Reason.NOT_IDENTIFIED, id="one renewal tells one number"
        ),
        pytest.param(_cohort([1000, 0]), Reason.NOT_CONVERGED, id="all lost at once"),
        pytest.param(_cohort([1000, 900, 700, 400]), Reason.NOT_CONVERGED, id="lapses accelerate"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(tenure: pl.DataFrame, reason: Reason) -> None:
    found = fit_sbg(tenure)
    assert isinstance(found, Refusal)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("started", "ended", "months", "expected"),
    [
        pytest.param(date(2024, 1, 1), None, 12, (2, False, 2), id="two renewals, next in two"),
        pytest.param(date(2026, 11, 1), None, 12, (0, False, 12), id="not yet asked to renew"),
        pytest.param(date(2024, 1, 1), date(2024, 12, 31), 12, (1, True, None), id="first year"),
        pytest.param(date(2024, 1, 1), date(2025, 1, 1), 12, (1, True, None), id="on its last day"),
        pytest.param(date(2024, 1, 1), date(2025, 1, 2), 12, (2, True, None), id="a day later"),
        pytest.param(date(2024, 1, 1), date(2024, 1, 1), 12, (1, True, None), id="at once"),
        pytest.param(date(2024, 1, 1), date(2027, 1, 1), 12, (2, False, 2), id="ends in future"),
        pytest.param(date(2024, 1, 31), date(2024, 2, 29), 1, (1, True, None), id="short month"),
        pytest.param(date(2024, 1, 31), date(2024, 3, 1), 1, (2, True, None), id="past it"),
        pytest.param(date(2026, 8, 31), None, 1, (2, False, 1), id="a month ends on its last day"),
    ],
)
def test_tenure(
    started: date, ended: date | None, months: int, expected: tuple[int, bool, int | None]
) -> None:
    contracts = pl.DataFrame(
        {"account_id": ["a"], "started_on": [started], "ended_on": [ended]},
        schema_overrides={"ended_on": pl.Date},
    )
    tenure = contract_tenure(contracts, date(2026, 11, 15), period_months=months)
    assert tenure.rows() == [("a", *expected)]


def test_contracts_that_have_not_begun_are_left_out() -> None:
    contracts = pl.DataFrame(
        {"account_id": ["a"], "started_on": [date(2027, 1, 1)], "ended_on": [None]},
        schema_overrides={"ended_on": pl.Date},
    )
    assert contract_tenure(contracts, date(2026, 11, 15)).is_empty()


def test_value_of_running_contracts() -> None:
    model = ShiftedBetaGeometric(1.0, 3.0, (0, 0), 0, 0)  # renewals 3/4, 4/5, 5/6 …
    tenure = pl.DataFrame(
        {
            "account_id": ["lost", "new", "old", "unknown"],
            "periods": [1, 0, 1, 1],
            "is_lost": [True, False, False, False],
            "months_to_renewal": [None, 12, 3, 3],
        }
    )
    amounts = pl.DataFrame(
        {"account_id": ["new", "old", "lost"], "period_amount": [Decimal(100)] * 3}
    )
    terms = ValueTerms(horizon_months=24, monthly_discount_rate=0.02, margin_share=0.5)
    rows = contract_values(tenure, amounts, model, terms).rows_by_key("account_id", named=True)
    assert list(rows) == ["new", "old", "unknown"]
    new, old, unknown = (rows[name][0] for name in rows)
    assert new["expected_renewals"] == pytest.approx(3 / 4 + 3 / 4 * 4 / 5)
    assert new["lifetime_value"] == pytest.approx(50 * (0.75 / 1.02**12 + 0.6 / 1.02**24))
    assert old["renewal_probability"] == pytest.approx(4 / 5)
    assert old["lifetime_value"] == pytest.approx(50 * (0.8 / 1.02**3 + 2 / 3 / 1.02**15))
    assert unknown["expected_renewals"] == old["expected_renewals"]
    assert unknown["lifetime_value"] is None
