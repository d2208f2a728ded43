"""Repurchase rate: customers with two orders in the window that ends with the period."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.builders import AS_OF, points


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param([date(2026, 11, 1)], (0, 1), id="one order"),
        pytest.param([date(2026, 11, 1), date(2026, 11, 1)], (1, 1), id="two on one day"),
        pytest.param([date(2025, 11, 23), AS_OF], (1, 1), id="first day of the window"),
        pytest.param([date(2025, 11, 22), AS_OF], (0, 1), id="the day before the window"),
        pytest.param([date(2025, 1, 1), date(2025, 2, 1)], (0, 0), id="both before the window"),
        pytest.param(
            [date(2025, 1, 1), date(2026, 3, 1), date(2026, 5, 1)], (1, 1), id="two of three"
        ),
    ],
)
def test_repurchase_window(days: list[date], expected: tuple[int, int]) -> None:
    """Domain §4: 12 months that end with the period."""
    sales = [{"account_id": "K", "occurred_on": day} for day in days]
    found = points(sale=sales).filter(
        (pl.col("metric") == "repurchase_rate")
        & (pl.col("period_kind") == "week")
        & (pl.col("period_end") == AS_OF)
        & (pl.col("scope") == "company")
    )
    assert found.select("numerator", "denominator").row(0) == expected


ORDERS = st.lists(
    st.tuples(
        st.integers(0, 760), st.sampled_from("abc"), st.sampled_from("XY"), st.sampled_from("PQR")
    ),
    max_size=25,
)


@settings(max_examples=15)
@given(orders=ORDERS)
def test_repurchase_agrees_with_counting_each_window_anew(
    orders: list[tuple[int, str, str, str]],
) -> None:
    rows = [
        {"occurred_on": AS_OF - timedelta(days=ago), "account_id": account, "team": team}
        for ago, account, team, _ in orders
    ]
    frame = points(sale=rows).filter(
        (pl.col("metric") == "repurchase_rate") & (pl.col("period_kind") == "week")
    )
    for row in frame.filter(pl.col("scope_kind").is_in(["company", "team"])).iter_rows(named=True):
        end = row["period_end"]
        start = end.replace(year=end.year - 1)
        inside = [
            order["account_id"]
            for order in rows
            if start < order["occurred_on"] <= end and row["scope"] in {"company", order["team"]}
        ]
        assert row["denominator"] == len(set(inside))
        assert row["numerator"] == sum(inside.count(account) > 1 for account in set(inside))
