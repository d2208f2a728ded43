"""Spend against the budget, line by line (D-6)."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import polars as pl

from transforms.goal_progress import share_due
from transforms.parameters import Parameters
from transforms.tables.columns import MONEY_SCALE
from transforms.tables.plan_review import BudgetSpending

_CENT: Final = Decimal(1).scaleb(-MONEY_SCALE)
_ALL_ALIKE: Final = (Decimal(1),) * 12
"""Money is not spent with the season of the sales: every working day weighs the same."""


def budget_spending(
    budgets: pl.DataFrame, spend: pl.DataFrame, parameters: Parameters
) -> pl.DataFrame:
    """Hold each budget line that has begun against what was spent on its channel or campaign.

    `budgets` are Budget rows, `spend` CampaignSpend rows. Due is the amount × the share of the
    window's working days that are over, one like another (as for the metric budget_use). A line
    with neither channel nor campaign, or one that no spend was ever recorded for, has no spend
    (null, not 0). Returns BudgetSpending rows.
    """
    as_of = parameters.week.ends_on
    calendar = replace(parameters.calendar, month_weights=_ALL_ALIKE)
    begun = budgets.filter(pl.col("period_start") <= as_of).sort("budget_id")
    wholes = dict(_totals(budgets))
    rows = []
    for line in begun.iter_rows(named=True):
        window = line["period_start"], line["period_end"]
        due = share_due(calendar, *window, as_of)
        exact = line["amount"] * due.numerator / due.denominator
        whole = wholes[window]
        rows.append(
            {
                **{name: line[name] for name in ("budget_id", "module", "amount")},
                "period_start": window[0],
                "period_end": window[1],
                "share": float(line["amount"] / whole) if whole else None,
                "due": exact.quantize(_CENT, ROUND_HALF_UP),
                "spent": _spent(line, spend, parameters),
                "is_reserve": bool(line["is_reserve"]),
            }
        )
    schema = BudgetSpending.create_empty().schema
    return BudgetSpending.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def _totals(budgets: pl.DataFrame) -> list[tuple[tuple[Any, Any], Decimal]]:
    sums = budgets.group_by("period_start", "period_end").agg(pl.col("amount").sum())
    return [((start, end), amount) for start, end, amount in sums.iter_rows()]


def _spent(line: dict[str, Any], spend: pl.DataFrame, parameters: Parameters) -> Decimal | None:
    named = [name for name in ("channel", "campaign") if line[name]]
    if not named:
        return None
    own = spend.filter(*(pl.col(name) == line[name] for name in named))
    if own.is_empty():
        return None
    last = min(line["period_end"], parameters.week.ends_on)
    inside = own.filter(pl.col("spent_on").is_between(line["period_start"], last))
    return sum(inside["amount"].to_list(), Decimal(0))
