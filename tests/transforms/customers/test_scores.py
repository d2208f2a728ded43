"""RFM scores (D-10)."""

from datetime import date, timedelta

import polars as pl
import pytest

from tests.transforms.customers.builders import AS_OF, base, deals, sale
from transforms.customers.profile import scoped_customers
from transforms.customers.rules import CustomerRules
from transforms.customers.scores import fifth


@pytest.mark.parametrize(
    ("values", "scores"),
    [
        pytest.param([10, 20, 30, 40, 50], [1, 2, 3, 4, 5], id="five"),
        pytest.param(list(range(10)), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], id="ten"),
        pytest.param([1, 2, 3], [1, 3, 5], id="three"),
        pytest.param([7, 7, 7, 7], [3, 3, 3, 3], id="all the same"),
        pytest.param([0, 0, 0, 0, 0, 0, 0, 0, 1, 2], [2] * 8 + [5, 5], id="ties share a score"),
        pytest.param([1, None, 2], [2, None, 4], id="null is not counted"),
    ],
)
def test_d10_scores_are_fifths_and_ties_share_one(
    values: list[int | None], scores: list[int | None]
) -> None:
    assert pl.DataFrame({"v": values}).select(fifth(pl.col("v")))["v"].to_list() == scores


def test_d10_rfm_at_the_review_date() -> None:
    """The most recent, most frequent, largest customer scores 5-5-5; what comes later is unseen."""
    sales = [
        sale(
            f"K{number}",
            AS_OF - timedelta(days=10 * number),
            1000 - number,
            order_id=f"{number}-{n}",
        )
        for number in range(25)
        for n in range(25 - number)
    ]
    later = sale("K24", AS_OF + timedelta(days=1), 10**6)
    found = scoped_customers(base([*sales, later]), AS_OF, deals(), date(2026, 1, 1)).filter(
        pl.col("scope_kind") == "company"
    )
    rows = {row["account_id"]: row for row in found.iter_rows(named=True)}
    columns = ("recency_score", "frequency_score", "monetary_score")
    assert [rows["K0"][name] for name in columns] == [5, 5, 5]
    assert [rows["K12"][name] for name in columns] == [3, 3, 3]
    assert [rows["K24"][name] for name in columns] == [1, 1, 1]
    assert rows["K24"]["recency_days"] == 240
    assert rows["K5"]["orders"] == 20


def test_d10_few_customers_are_too_few_cases() -> None:
    few = base([sale("A", AS_OF), sale("B", AS_OF)], [{"account_id": "P"}])
    found = scoped_customers(few, AS_OF, deals(), date(2026, 1, 1))
    states = dict(found.select("account_id", "rfm_state").iter_rows())
    assert states == {"A": "too_few_cases", "B": "too_few_cases", "P": "no_data"}
    assert found["monetary_score"].null_count() == found.height


def test_the_window_is_a_setting() -> None:
    rules = CustomerRules(months=1)
    found = base([sale("A", AS_OF), sale("A", date(2026, 10, 1))], rules=rules).at(AS_OF)
    assert found["orders"].to_list() == [1]
