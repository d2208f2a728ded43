"""What people earn, and what each of them is to sell: the team's target, split by past sales."""

from datetime import date
from decimal import Decimal
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.days import Days, to_date, to_day
from generator.organisation import Organisation
from generator.plan import Target, months_of_year, quarter_start
from generator.profile import TEAMS

_WAGE: Final = {"高级销售经理": 16_000, "销售经理": 12_500, "销售工程师": 10_500, "销售代表": 8_500}
"""Monthly wage by job title, before what a person has negotiated."""
_STEP: Final = 100
_RAISE: Final = 1.04
_UNIT: Final = 1000
"""Targets of reps are in thousands."""


def wages(rng: Generator, organisation: Organisation, days: Days) -> pl.DataFrame:
    """工资: a wage from the first day, and a raise at the start of the last year."""
    year = to_day(date(to_date(days.end).year, 1, 1))
    first = {p.rep: p for p in sorted(organisation.postings, key=lambda p: -p.first)}
    rows: list[tuple[str, int, int]] = []
    for rep, posting in sorted(first.items()):
        spread = 1 + 0.08 * float(rng.standard_normal())
        wage = max(round(_WAGE[posting.role] * spread / _STEP), 50) * _STEP
        start = max(posting.joined, days.start)
        rows.append((Organisation.code(rep), start, wage))
        if start < year and (posting.left is None or posting.left >= year):
            rows.append((Organisation.code(rep), year, round(wage * _RAISE / _STEP) * _STEP))
    found = pl.DataFrame(rows, schema=["工号", "生效日期", "月薪"], orient="row")
    dates = [to_date(day).strftime("%Y/%m/%d") for day in found["生效日期"]]
    return found.with_columns(pl.Series("生效日期", dates))


def rep_targets(
    targets: list[Target], papers: pl.DataFrame, organisation: Organisation, days: Days
) -> pl.DataFrame:
    """个人目标: each month's sales target of a team, split over its reps by a year of sales.

    Half of it goes by past sales, half by heads, so that nobody's target is nothing; the parts,
    of those who are in the team at the month's end, add up to the team's target.
    """
    cut = quarter_start(days)
    year = papers.filter(pl.col("day").is_between(cut - 364, cut - 1))
    sold = dict(year.group_by("rep").agg(pl.col("net_cents").sum()).iter_rows())
    of_team = {
        (target.scope, target.first): target.value
        for target in targets
        if target.metric == "sales_amount" and target.scope_kind == "team"
    }
    rows: list[tuple[str, str, str, int]] = []
    for number, team in enumerate(TEAMS):
        for first, last in months_of_year(days):
            reps = organisation.working(number, last)
            value = of_team.get((team.name, first))
            if not reps or value is None:
                continue
            past = np.array([max(float(sold.get(rep, 0)), 0.0) for rep in reps])
            even = np.full(len(reps), 1 / len(reps))
            shares = even if past.sum() == 0 else (even + past / past.sum()) / 2
            window = (to_date(first).strftime("%Y/%m/%d"), to_date(last).strftime("%Y/%m/%d"))
            parts = _split(Decimal(repr(round(value))), shares.tolist())
            rows += [
                (Organisation.code(rep), *window, part)
                for rep, part in zip(reps, parts, strict=True)
            ]
    return pl.DataFrame(rows, schema=["工号", "开始日期", "结束日期", "销售目标"], orient="row")


def _split(total: Decimal, shares: list[float]) -> list[int]:
    """Whole thousands by shares; the first takes what is left over."""
    parts = [round(float(total) * share / _UNIT) * _UNIT for share in shares]
    parts[0] += int(total) - sum(parts)
    return parts
