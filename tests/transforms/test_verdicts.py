"""Verdicts: exact, and the same however large the numbers are (D-15, D-16)."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.builders import WEEK
from transforms.catalogue import CATALOGUE
from transforms.parameters import Parameters
from transforms.tables.columns import NUMBER
from transforms.verdicts import verdicts

PARAMETERS = Parameters(week=WEEK)
"""Settings as they stand."""


def row(
    above: int, below: int, due: int | None, factor: int = 1, metric: str = "win_rate"
) -> pl.DataFrame:
    """A ratio of a week with what is due, both sides times a factor."""
    sides = {
        "numerator": above * factor,
        "denominator": below * factor,
        "due_above": None if due is None else due * factor,
        "due_below": None if due is None else 100 * factor,
    }
    return pl.DataFrame(
        {
            "metric": metric,
            "scope_kind": "company",
            "scope": "company",
            "period_kind": "week",
            **{name: None if side is None else Decimal(side) for name, side in sides.items()},
            "state": "ok",
            "target_state": "no_target" if due is None else "ok",
        },
        schema_overrides=dict.fromkeys(sides, NUMBER),
    )


def weeks_of(history: list[int], factor: int = 1, metric: str = "win_rate") -> pl.DataFrame:
    """So many of a hundred in each week."""
    ticks = 10**6 * factor
    return pl.DataFrame(
        {
            "metric": metric,
            "scope_kind": "company",
            "scope": "company",
            "above": [[each * ticks for each in history]],
            "below": [[100 * ticks] * len(history)],
        },
        schema_overrides={"above": pl.List(pl.Int128), "below": pl.List(pl.Int128)},
    )


@given(
    history=st.lists(st.integers(0, 100), min_size=1, max_size=26),
    above=st.integers(-5, 100),
    due=st.one_of(st.none(), st.integers(-100, 100)),
    metric=st.sampled_from(["win_rate", "churn_rate", "budget_use"]),
)
def test_numbers_too_large_for_columns_come_to_the_same(
    history: list[int], above: int, due: int | None, metric: str
) -> None:
    """Those are compared one by one (`transforms.lights`): more is better, less, or neither."""
    small, large = (
        verdicts(
            row(above, 100, due, factor, metric),
            weeks_of(history, factor, metric),
            CATALOGUE,
            PARAMETERS,
        )
        for factor in (1, 10**18)
    )
    assert small.rows() == large.rows()


@pytest.mark.parametrize(
    ("above", "light", "deviation"),
    [
        pytest.param(12, "red", -0.2, id="12 % against 15 %: exactly -20 %"),
        pytest.param(13, "yellow", -2 / 15, id="between -20 % and -10 %"),
        pytest.param(15, "green", 0.0, id="as usual"),
    ],
)
def test_d15_a_week_against_its_weeks_before(above: int, light: str, deviation: float) -> None:
    found = verdicts(row(above, 100, None), weeks_of([15] * 13), CATALOGUE, PARAMETERS).row(
        0, named=True
    )
    assert found["light_baseline"] == light
    assert found["deviation_baseline"] == deviation
    assert found["baseline"] == 0.15
    assert (found["limit_low"], found["limit_high"]) == (0.15, 0.15)
    assert found["is_signal"] is (above != 15)


def test_nothing_to_compare_with_is_grey() -> None:
    none = weeks_of([]).clear()
    found = verdicts(row(12, 100, None), none, CATALOGUE, PARAMETERS).row(0, named=True)
    assert found["light"] == "grey"
    assert found["baseline"] is None
