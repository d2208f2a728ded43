"""Win rate by count and by amount."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from tests.transforms.builders import facts
from transforms.pipeline import win_rates

AS_OF = date(2026, 11, 22)


def test_by_count_and_by_amount_over_13_weeks_and_the_13_before() -> None:
    closed = [
        {"occurred_on": AS_OF, "is_won": True, "amount": Decimal(300), "team": "一部"},
        {"occurred_on": AS_OF - timedelta(90), "is_won": False, "amount": Decimal(100)},
        {"occurred_on": AS_OF, "is_won": False, "amount": None},
        {"occurred_on": AS_OF - timedelta(91), "is_won": True, "amount": None},
    ]
    frame = win_rates(facts(deal_closed=closed), AS_OF)
    rows = frame.filter(pl.col("scope_kind") == "company").to_dicts()
    before, now = rows
    assert (now["won_count"], now["closed_count"], now["by_amount"]) == (1, 3, 0.75)
    assert now["by_count"] == 1 / 3
    assert now["without_amount"] == 1
    assert (before["by_count"], before["by_amount"], before["closed_amount"]) == (1.0, None, None)
    team = frame.filter(pl.col("scope") == "一部").row(0, named=True)
    assert (team["won_count"], team["by_amount"]) == (1, 1.0)
