"""Spend against the budget (D-6)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from transforms.budget_spending import budget_spending
from transforms.calendar import review_week
from transforms.parameters import Parameters
from transforms.tables.erp import CampaignSpend
from transforms.tables.plan import Budget

W03 = Parameters(week=review_week("2026-W03"))
"""Ends on 2026-01-18: 12 of January's 22 working days are over."""


def used(parameters: Parameters = W03, /, **changes: object) -> dict[str, Any] | None:
    line: dict[str, object] = {
        "budget_id": "B1",
        "module": "推广",
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 1, 31),
        "amount": Decimal(400_000),
        "channel": "展会",
    }
    other = {**line, "budget_id": "B2", "module": "渠道", "amount": Decimal(600_000)}
    spend = [
        {"spent_on": day, "channel": "展会", "campaign": campaign, "detail": "-", "amount": amount}
        for day, campaign, amount in (
            (date(2026, 1, 5), "春展", Decimal(1000)),
            (date(2026, 1, 6), "秋展", Decimal("500.25")),
            (date(2026, 1, 19), "春展", Decimal(9999)),
            (date(2025, 12, 31), "春展", Decimal(7)),
        )
    ]
    lines = pl.DataFrame([line | changes, other], schema=Budget.create_empty().schema)
    spent = pl.DataFrame(spend, schema=CampaignSpend.create_empty().schema)
    found = budget_spending(Budget.validate(lines), CampaignSpend.validate(spent), parameters)
    rows = found.filter(pl.col("budget_id") == "B1")
    return rows.row(0, named=True) if rows.height else None


@pytest.mark.parametrize(
    ("changes", "spent"),
    [
        pytest.param({}, Decimal("1500.25"), id="its channel, in its window, to the as-of date"),
        pytest.param({"campaign": "春展"}, Decimal(1000), id="its campaign"),
        pytest.param({"channel": None}, None, id="names neither: not known"),
        pytest.param({"channel": "直播"}, None, id="a channel without any spend on record"),
    ],
)
def test_d6_spend_against_the_budget(changes: dict[str, object], spent: Decimal | None) -> None:
    found = used(W03, **changes)
    assert found is not None
    assert found["spent"] == spent


def test_d6_modules_are_shares_of_the_window_and_due_by_working_days() -> None:
    """推广 40 % of the budget; 12 of 22 working days are over."""
    found = used()
    assert found is not None
    assert found["share"] == 0.4
    assert found["due"] == Decimal("218181.8182")


def test_the_season_of_the_sales_does_not_move_what_is_due() -> None:
    """A working day in January weighs twice one in February: 22 and 20 days, 12 are over."""
    weights = (Decimal(2), *[Decimal(1)] * 11)
    season = replace(W03, calendar=replace(W03.calendar, month_weights=weights))
    found = used(season, period_end=date(2026, 2, 28), amount=Decimal(420_000))
    assert found is not None
    assert found["due"] == Decimal(120_000)


def test_a_budget_that_lies_ahead_has_no_line() -> None:
    assert used(period_start=date(2026, 1, 19)) is None
