"""Exact arithmetic: ratios, comparisons at the edge, splits without a rest."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.exact import is_at_least, largest_remainder, product, ratio
from transforms.tables.columns import MONEY, NUMBER


@pytest.mark.parametrize(
    ("numerator", "denominator", "threshold", "expected"),
    [
        pytest.param("0.03", "0.15", "0.2", True, id="12 % against 15 % (D-15)"),
        pytest.param("0.1", "1", "0.1", True, id="1.1 against 1 is exactly 10 % (D-17)"),
        pytest.param("0.099999", "1", "0.1", False, id="just below"),
        pytest.param("-3", "-15", "0.2", True, id="both negative"),
        pytest.param("3", "-15", "-0.2", True, id="negative denominator"),
        pytest.param("3.01", "-15", "-0.2", False, id="negative denominator, just below"),
    ],
)
def test_thresholds_are_compared_crosswise(
    numerator: str, denominator: str, threshold: str, expected: bool
) -> None:
    assert is_at_least(Decimal(numerator), Decimal(denominator), Decimal(threshold)) is expected


def test_ratio_of_decimals_keeps_more_than_their_scale() -> None:
    sides = pl.DataFrame(
        {"n": [Decimal(1), Decimal(1), None], "d": [Decimal(3), Decimal(0), Decimal(1)]},
        schema={"n": MONEY, "d": MONEY},
    )
    values = sides.select(ratio(pl.col("n"), pl.col("d")))["n"].to_list()
    assert values[0] == pytest.approx(1 / 3, abs=1e-15)
    assert values[1:] == [None, None]


def test_product_is_rounded_once_at_six_decimals() -> None:
    sides = pl.DataFrame(
        {"a": [Decimal("0.0333")], "b": [Decimal("0.25")]}, {"a": MONEY, "b": MONEY}
    )
    assert sides.select(product(pl.col("a"), pl.col("b")))["a"].to_list() == [Decimal("0.008325")]
    assert sides.select(product(pl.col("a"), pl.col("b"))).schema["a"] == NUMBER


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        pytest.param("1", [1, 1, 1], ["0.34", "0.33", "0.33"], id="the earlier part first"),
        pytest.param("-1", [1, 1, 1], ["-0.34", "-0.33", "-0.33"], id="a total to take back"),
        pytest.param("10", [0, 1, 0], ["0", "10", "0"], id="nothing on days off"),
        pytest.param("9", [0, 0], ["4.50", "4.50"], id="no weight at all: equal shares"),
        pytest.param("0", [3, 1], ["0", "0"], id="zero"),
        pytest.param("1", ["0.5", "1.5"], ["0.25", "0.75"], id="fractional weights"),
    ],
)
def test_largest_remainder(total: str, weights: list, expected: list[str]) -> None:
    """D-2."""
    parts = largest_remainder(Decimal(total), [Decimal(w) for w in weights], 2)
    assert parts == [Decimal(part) for part in expected]


@given(
    cents=st.integers(-(10**12), 10**12),
    weights=st.lists(st.decimals(0, 9, places=3), min_size=1, max_size=40),
)
def test_parts_add_up_to_the_whole_and_lie_within_a_cent_of_their_share(
    cents: int, weights: list[Decimal]
) -> None:
    """D-2: what is split adds up to the parent exactly."""
    total = Decimal(cents).scaleb(-2)
    parts = largest_remainder(total, weights, 2)
    assert sum(parts) == total
    whole = sum(weights) or Decimal(len(weights))
    shares = weights if sum(weights) else [Decimal(1)] * len(weights)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - total * share / whole) < Decimal("0.0100001")


@pytest.mark.parametrize(
    ("total", "weights"),
    [
        pytest.param("1", [], id="no parts"),
        pytest.param("1", [1, -1], id="negative weight"),
        pytest.param("0.001", [1], id="finer than the scale"),
    ],
)
def test_impossible_splits_are_refused(total: str, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"weight|decimals"):
        largest_remainder(Decimal(total), [Decimal(w) for w in weights], 2)
