"""Win-back list and churn reasons (D-14)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from tests.transforms.builders import Row
from tests.transforms.customers.builders import AS_OF, base, deals, sale
from transforms.customers.losses import churn_reasons, win_back
from transforms.customers.profile import scoped_customers

COMPANY = pl.col("scope_kind") == "company"
SILENT = date(2026, 3, 2)


def scoped(sales: Sequence[Row], *accounts: Row) -> pl.DataFrame:
    return scoped_customers(base(sales, accounts), AS_OF, deals(), date(2026, 1, 1))


def test_d14_winning_back_the_top_five_brings_400_wan() -> None:
    """Domain §8: each at least 80 万, together 400 万."""
    sales = [sale(f"D{n}", SILENT, 800_000) for n in range(5)]
    sales += [sale("small", SILENT, 50_000), sale("active", AS_OF, 9_000_000)]
    found = win_back(scoped(sales)).filter(COMPANY)
    assert found["account_id"].to_list() == ["D0", "D1", "D2", "D3", "D4", "small"]
    assert found.head(5)["amount"].to_list() == [Decimal(800_000)] * 5
    assert found["running_amount"][4] == Decimal(4_000_000)


def test_d14_what_was_bought_before_the_silence_is_the_amount() -> None:
    sales = [
        sale("K", date(2024, 1, 1), 7),
        sale("K", date(2025, 3, 3), 20),
        sale("K", SILENT, 100),
        sale("K", SILENT, -10, document_kind="return"),
        sale("returned", SILENT, 5),
        sale("returned", SILENT, -5, document_kind="return"),
    ]
    found = win_back(scoped(sales)).filter(COMPANY)
    assert found.select("account_id", "amount").rows() == [("K", Decimal(110))]


def test_d14_churn_reasons_are_ranked_by_amount() -> None:
    lost = date(2026, 6, 1)
    sales = [
        sale("a", SILENT, 100),
        sale("b", SILENT, 500),
        sale("c", SILENT, 300),
        sale("silent", date(2025, 11, 1), 50),
        sale("long ago", date(2023, 11, 1), 10**6),
        sale("dormant", SILENT, 10**6),
    ]
    accounts = [
        {"account_id": "a", "lost_on": lost, "lost_reason": "价格"},
        {"account_id": "b", "lost_on": lost, "lost_reason": "转向竞品"},
        {"account_id": "c", "lost_on": lost, "lost_reason": "价格"},
        {"account_id": "long ago", "lost_on": date(2024, 1, 1), "lost_reason": "停产"},
    ]
    found = churn_reasons(scoped(sales, *accounts), AS_OF).filter(COMPANY)
    assert found.select("position", "reason", "customers", "amount").rows() == [
        (1, "转向竞品", 1, Decimal(500)),
        (2, "价格", 2, Decimal(400)),
        (3, None, 1, Decimal(50)),
    ]
    assert found["share"].sum() == 1
