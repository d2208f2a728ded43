"""Money to win new customers with (D-4 point 4, D-6): budgets of the plan sheet and of settings."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

import polars as pl

from transforms.calibration.assumptions import Assumptions, Budget, BudgetOrigin
from transforms.calibration.capacity import Weighed
from transforms.calibration.verdict import Plan
from transforms.scopes import COMPANY

MODULES: Final = (
    "推广",
    "渠道",
    "获客",
    "市场",
    "promotion",
    "channel",
    "acquisition",
    "marketing",
)
"""Modules of the budget that win customers, where a company names none of its own."""
_AFTER_HEAD: Final = re.compile(r"\s*[·•・/|:：(（]")


class Funds(NamedTuple):
    """The money of a target's window, from the source that holds."""

    money: Fraction | None
    origin: BudgetOrigin
    covered: Fraction
    """Share of the window's weighted working days that the lines are meant for."""
    other: Fraction | None
    """What the source that does not hold says, where it says something else."""


def acquisition_budgets(lines: pl.DataFrame, modules: Sequence[str] = MODULES) -> list[Budget]:
    """Find the lines of the plan's Budget sheet that are meant to win customers.

    `lines` are Budget rows. A line counts where it names a channel or a campaign, whose spend is
    the spend that CAC is measured by, or where its module is one of `modules`: the words before
    `·`, `/`, `:` or a bracket, without regard to case. The emergency reserve never counts. Each
    counts for the company, and for the scope and the channel that it names.

    >>> row = {"budget_id": "B1", "module": "推广 · 展会", "period_start": date(2026, 1, 1)}
    >>> row |= {"period_end": date(2026, 3, 31), "amount": 100, "is_reserve": None}
    >>> row |= dict.fromkeys(("channel", "campaign", "scope_kind", "scope"))
    >>> [(each.scope_kind, each.origin) for each in acquisition_budgets(pl.DataFrame([row]))]
    [('company', 'plan')]
    """
    wanted = {each.strip().casefold() for each in modules}
    return [
        Budget(kind, scope, line["period_start"], line["period_end"], line["amount"], "plan")
        for line in lines.sort("budget_id").iter_rows(named=True)
        if not line["is_reserve"]
        and (line["channel"] or line["campaign"] or _head(line["module"]) in wanted)
        for kind, scope in _scopes(line["scope_kind"], line["scope"], line["channel"])
    ]


def _head(module: str) -> str:
    return _AFTER_HEAD.split(module, maxsplit=1)[0].strip().casefold()


def _scopes(
    scope_kind: str | None, scope: str | None, channel: str | None
) -> list[tuple[str, str]]:
    found = [(COMPANY, COMPANY)]
    if scope_kind and scope:
        found.append((scope_kind, scope))
    if channel:
        found.append(("channel", channel))
    return list(dict.fromkeys(found))


def funds(plan: Plan, assumed: Assumptions, weighed: Weighed) -> Funds:
    """Add up the money that a target's window has by the source that holds, with the other's.

    A line gives a window the share of its weighted working days that lie in both. Of the settings
    a budget counts only where it covers the whole window; lines of the plan sheet may cover a part,
    and `covered` says how much. The sheet holds where it has a line in the window, unless
    `budget_from` is the setting and that has one.
    """
    own = [
        each
        for each in assumed.budgets
        if (each.scope_kind, each.scope) == (plan.scope_kind, plan.scope)
        and each.starts_on <= plan.ends_on
        and plan.starts_on <= each.ends_on
    ]
    sheet = [each for each in own if each.origin == "plan"]
    given = [
        each
        for each in own
        if each.origin == "setting"
        and each.starts_on <= plan.starts_on
        and plan.ends_on <= each.ends_on
    ]
    amounts: dict[BudgetOrigin, Fraction | None] = {
        "plan": _sum(plan, sheet, weighed),
        "setting": _sum(plan, given, weighed),
    }
    first, second = sorted(amounts, key=lambda name: name != assumed.budget_from)
    if amounts[first] is None:
        first, second = second, first
    if amounts[first] is None:
        return Funds(None, "setting", Fraction(0), None)
    other = amounts[second] if amounts[second] != amounts[first] else None
    covered = Fraction(1) if first == "setting" else _covered(plan, sheet, weighed)
    return Funds(amounts[first], first, covered, other)


def _sum(plan: Plan, budgets: Iterable[Budget], weighed: Weighed) -> Fraction | None:
    shares = [
        Fraction(each.amount)
        * Fraction(weighed(max(each.starts_on, plan.starts_on), min(each.ends_on, plan.ends_on)))
        / whole
        for each in budgets
        if (whole := Fraction(weighed(each.starts_on, each.ends_on)))
    ]
    return sum(shares, Fraction(0)) if shares else None


def _covered(plan: Plan, budgets: Iterable[Budget], weighed: Weighed) -> Fraction:
    whole = Fraction(weighed(plan.starts_on, plan.ends_on))
    if not whole:
        return Fraction(1)
    parts = (Fraction(weighed(*span)) for span in _union(plan, budgets))
    return sum(parts, Fraction(0)) / whole


def _union(plan: Plan, budgets: Iterable[Budget]) -> Iterator[tuple[date, date]]:
    """The days of a window that some budget is meant for, in spans that do not overlap."""
    spans = sorted(
        (max(each.starts_on, plan.starts_on), min(each.ends_on, plan.ends_on)) for each in budgets
    )
    done = date.min
    for first, last in spans:
        start = first if first > done else date.fromordinal(done.toordinal() + 1)
        if start <= last:
            yield start, last
            done = last
