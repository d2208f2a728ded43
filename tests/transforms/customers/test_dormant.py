"""Dormant customers (D-12)."""

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from tests.transforms.builders import Row
from tests.transforms.customers.builders import AS_OF, base, deals, sale
from transforms.customers.dormant import dormant_accounts
from transforms.customers.profile import scoped_customers


def dormant(sales: Sequence[Row], *known: Row, as_of: date = AS_OF) -> pl.DataFrame:
    scoped = scoped_customers(base(sales, known), as_of, deals(), date(as_of.year, 1, 1))
    return dormant_accounts(scoped.filter(pl.col("scope_kind") == "company"))


@pytest.mark.parametrize(
    ("last", "as_of", "months"),
    [
        pytest.param(date(2026, 5, 22), AS_OF, 6, id="6 months to the day"),
        pytest.param(date(2026, 5, 23), AS_OF, None, id="a day short"),
        pytest.param(date(2025, 11, 23), AS_OF, 11, id="not yet 12"),
        pytest.param(date(2025, 8, 31), date(2026, 2, 28), 6, id="February has no 31st"),
    ],
)
def test_dormant_is_six_calendar_months_without_a_sale(
    last: date, as_of: date, months: int | None
) -> None:
    found = dormant([sale("K", last)], as_of=as_of)["months_silent"].to_list()
    assert found == ([] if months is None else [months])


def test_returns_neither_wake_a_customer_nor_count_after_the_last_sale() -> None:
    returned = {"document_kind": "return"}
    found = dormant(
        [
            sale("K", date(2026, 1, 5), 1000, team="一部", rep="R1"),
            sale("K", date(2026, 1, 4), -100, **returned),
            sale("K", date(2026, 11, 1), -50, team="二部", **returned),
            sale("K", date(2024, 12, 31), 7000, team="三部"),
        ]
    ).row(0, named=True)
    assert (found["team"], found["rep"]) == ("一部", "R1")
    assert found["last_ordered_on"] == date(2026, 1, 5)
    assert found["sales_before"] == 900


def test_key_is_flagged_or_among_the_top_fifth_by_sales() -> None:
    """D-12: 4 of 20 customers, and the one marked in the CRM."""
    day = date(2026, 1, 5)
    found = dormant(
        [
            sale("large", day, 15),
            sale("next", day, 10),
            sale("third", day, 5),
            sale("flagged", day, 1),
            *(sale(f"other{number}", day, 4) for number in range(16)),
        ],
        {"account_id": "flagged", "account_name": "启明能源", "is_key": True},
    )
    keys = found.filter(pl.col("is_key"))
    assert keys["account_id"].to_list() == ["large", "next", "third", "other0", "flagged"]
    assert keys["account_name"].to_list() == ["large", "next", "third", "other0", "启明能源"]


def test_a_customer_recorded_as_lost_is_not_dormant() -> None:
    found = dormant(
        [sale("gone", date(2026, 1, 5)), sale("later", date(2026, 1, 5))],
        {"account_id": "gone", "lost_on": date(2026, 3, 1)},
        {"account_id": "later", "lost_on": date(2026, 12, 1)},
    )
    assert found["account_id"].to_list() == ["later"]


def test_sales_without_a_customer_are_nobody() -> None:
    assert dormant([{"occurred_on": date(2025, 1, 1)}]).is_empty()
