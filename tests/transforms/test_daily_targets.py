"""Targets by day (D-2): exact sums, hand-set months, flaws that are said."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.catalogue import CATALOGUE
from transforms.daily_targets import DailyTargets, daily_targets
from transforms.parameters import Calendar
from transforms.tables.plan import Target

YEAR = date(2026, 1, 1), date(2026, 12, 31)
Q1 = date(2026, 1, 1), date(2026, 3, 31)
JAN = date(2026, 1, 1), date(2026, 1, 31)
FEB = date(2026, 2, 1), date(2026, 2, 28)
MAR = date(2026, 3, 1), date(2026, 3, 31)

Window = tuple[date, date]


def target(window: Window, value: str | int, **changes: object) -> dict[str, Any]:
    return {
        "metric": "sales_amount",
        "scope_kind": "company",
        "scope": "company",
        "period_start": window[0],
        "period_end": window[1],
        "target_value": Decimal(value),
        "owner": "陈",
        "note": None,
        **changes,
    }


def targets(*rows: dict[str, Any]) -> pl.DataFrame:
    return Target.validate(pl.DataFrame(rows, schema=Target.create_empty().schema))


def spread(*rows: dict[str, Any], calendar: Calendar | None = None) -> DailyTargets:
    return daily_targets(targets(*rows), CATALOGUE, calendar or Calendar())


def total(plan: DailyTargets, window: Window, scope: str = "company") -> Decimal:
    days = plan.daily.filter(pl.col("day").is_between(*window) & (pl.col("scope") == scope))
    return sum(days["value"].to_list(), Decimal(0))


def test_months_set_by_hand_fix_their_days_and_the_year_keeps_its_total() -> None:
    """D-2: year 1 亿, Q1 2000 万, by hand 600 + 700 + 700 万; a week of Q1 is about 150 万."""
    plan = spread(
        target(YEAR, 100_000_000),
        target(Q1, 20_000_000),
        target(JAN, 6_000_000),
        target(FEB, 7_000_000),
        target(MAR, 7_000_000),
    )
    assert plan.flaws.is_empty()
    assert total(plan, YEAR) == 100_000_000
    assert total(plan, Q1) == 20_000_000
    assert total(plan, FEB) == 7_000_000
    over_two_months = date(2026, 1, 26), date(2026, 2, 1)
    assert total(plan, over_two_months) == pytest.approx(Decimal(1_363_636), abs=1)
    assert total(plan, (date(2026, 1, 31), date(2026, 2, 1))) == 0


def test_quarter_spreads_what_its_months_leave() -> None:
    plan = spread(target(Q1, 20_000_000), target(JAN, 6_000_000))
    assert total(plan, JAN) == 6_000_000
    assert total(plan, (FEB[0], MAR[1])) == 14_000_000


@pytest.mark.parametrize(
    ("months", "flaw", "amount"),
    [
        pytest.param([6, 7, 8], "children_exceed_parent", 1, id="children exceed the parent"),
        pytest.param([6, 7, 6], "undecomposed", 1, id="a rest that no day is left for"),
    ],
)
def test_children_that_do_not_add_up_are_a_flaw(months: list[int], flaw: str, amount: int) -> None:
    plan = spread(
        target(Q1, 20),
        *(target(window, value) for window, value in zip((JAN, FEB, MAR), months, strict=True)),
    )
    assert plan.flaws.select("period_start", "period_end", "flaw", "amount").rows() == [
        (*Q1, flaw, Decimal(amount))
    ]
    assert total(plan, Q1) == sum(months)


def test_a_parent_exceeded_before_its_days_are_covered_leaves_them_at_nothing() -> None:
    plan = spread(target(Q1, 5), target(JAN, 6))
    assert plan.flaws["flaw"].to_list() == ["children_exceed_parent"]
    assert total(plan, (FEB[0], MAR[1])) == 0


def test_unknown_metric_is_a_flaw_and_no_target() -> None:
    plan = spread(target(JAN, 5, metric="happiness"))
    assert plan.daily.is_empty()
    assert plan.flaws["flaw"].to_list() == ["metric_unknown"]


def test_weights_follow_the_season_and_the_working_days() -> None:
    calendar = Calendar(
        holidays=frozenset({date(2026, 1, 1)}),
        month_weights=(Decimal(1), Decimal(3), *[Decimal(1)] * 10),
    )
    plan = spread(target((JAN[0], FEB[1]), 81), calendar=calendar)
    assert total(plan, JAN) == 21
    assert total(plan, FEB) == 60
    assert total(plan, (date(2026, 1, 1), date(2026, 1, 1))) == 0


def test_ratio_holds_its_value_on_each_day_and_the_shorter_window_wins() -> None:
    rate = {"metric": "win_rate"}
    plan = spread(target(Q1, "0.2", **rate), target(FEB, "0.25", **rate)).daily
    assert plan.filter(pl.col("day").is_between(*FEB))["value"].unique().to_list() == [
        Decimal("0.25")
    ]
    assert plan.filter(pl.col("day").is_between(*JAN))["value"].unique().to_list() == [
        Decimal("0.2")
    ]


def test_allowed_overdue_deals_are_a_level_and_are_not_spread() -> None:
    plan = spread(target(JAN, 5, metric="overdue_stages")).daily
    assert plan["value"].unique().to_list() == [Decimal(5)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([("company", "company", 9), ("region", "华东", 5)], 9, id="its own"),
        pytest.param([("region", "华东", 5), ("region", "华南", 3)], 8, id="its regions"),
        pytest.param([("region", "华东", 5), ("team", "一部", 7)], 5, id="regions before teams"),
        pytest.param([("team", "一部", 7), ("rep", "R1", 2)], 7, id="teams before reps"),
        pytest.param([("rep", "R1", 2), ("rep", "R2", 1)], 3, id="quotas of reps"),
    ],
)
def test_company_target_is_its_own_or_the_sum_of_its_parts(
    rows: list[tuple[str, str, int]], expected: int
) -> None:
    plan = spread(
        *(target(JAN, value, scope_kind=kind, scope=scope) for kind, scope, value in rows)
    )
    assert total(plan, JAN) == expected


def test_targets_of_ratios_are_not_added_up() -> None:
    plan = spread(target(JAN, "0.2", metric="win_rate", scope_kind="region", scope="华东"))
    assert plan.daily.filter(pl.col("scope") == "company").is_empty()


@given(
    cents=st.integers(0, 10**13),
    start=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    days=st.integers(0, 400),
    weights=st.lists(st.decimals(0, 3, places=2), min_size=12, max_size=12),
)
def test_days_add_up_to_the_window_exactly(
    cents: int, start: date, days: int, weights: list[Decimal]
) -> None:
    """D-2: whatever the season and the holidays are."""
    window = start, start + timedelta(days=days)
    calendar = Calendar(month_weights=tuple(weights))
    value = Decimal(cents).scaleb(-2)
    plan = spread(target(window, str(value)), calendar=calendar)
    assert total(plan, window) == value
    assert plan.daily.height == days + 1
    assert (plan.daily["value"] >= 0).all()


@given(months=st.lists(st.integers(0, 10**8), min_size=3, max_size=3), more=st.integers(0, 10**9))
def test_quarter_and_months_both_keep_their_sums(months: list[int], more: int) -> None:
    rows = [target(window, value) for window, value in zip((JAN, FEB, MAR), months, strict=True)]
    plan = spread(*rows[:2], target(Q1, sum(months[:2]) + more))
    assert total(plan, JAN) == months[0]
    assert total(plan, FEB) == months[1]
    assert total(plan, Q1) == sum(months[:2]) + more
    assert plan.flaws.is_empty()


@given(
    cents=st.integers(0, 10**12),
    weights=st.lists(st.decimals(0, 3, places=2), min_size=12, max_size=12),
    order=st.randoms(),
    values=st.lists(st.integers(0, 10**8), min_size=0, max_size=3),
)
def test_days_months_and_quarters_add_up_to_the_year_in_any_order(
    cents: int, weights: list[Decimal], order: Random, values: list[int]
) -> None:
    """D-2: with any season, any months set by hand, and the rows in any order."""
    year = Decimal(cents).scaleb(-2) + sum(values)
    rows = [target(YEAR, str(year))]
    rows += [target(window, value) for window, value in zip((JAN, FEB, MAR), values, strict=False)]
    calendar = Calendar(month_weights=tuple(weights))
    plan = spread(*rows, calendar=calendar)
    shuffled = list(rows)
    order.shuffle(shuffled)
    assert spread(*shuffled, calendar=calendar).daily.equals(plan.daily)
    months = plan.daily.group_by(pl.col("day").dt.truncate("1mo")).agg(pl.col("value").sum())
    quarters = plan.daily.group_by(pl.col("day").dt.truncate("1q")).agg(pl.col("value").sum())
    assert months.height == 12
    assert sum(months["value"].to_list(), Decimal(0)) == year
    assert sum(quarters["value"].to_list(), Decimal(0)) == year
    for window, value in zip((JAN, FEB, MAR), values, strict=False):
        assert total(plan, window) == value


@given(
    parts=st.lists(st.integers(0, 10**10), min_size=1, max_size=4),
    kind=st.sampled_from(["region", "team", "rep"]),
)
def test_the_company_is_the_sum_of_its_parts_on_every_day(parts: list[int], kind: str) -> None:
    """Where the company has no target of its own; adding a part leaves the others alone."""
    rows = [
        target(JAN, str(Decimal(cents).scaleb(-2)), scope_kind=kind, scope=f"S{number}")
        for number, cents in enumerate(parts)
    ]
    plan, before = spread(*rows), spread(*rows[:-1]).daily
    by_day = plan.daily.group_by("day", pl.col("scope_kind") == "company").agg(
        pl.col("value").sum()
    )
    sides = by_day.pivot("scope_kind", index="day", values="value")
    assert sides["true"].to_list() == sides["false"].to_list()
    assert total(plan, JAN) == Decimal(sum(parts)).scaleb(-2)
    others = plan.daily.filter(pl.col("scope").is_in([f"S{n}" for n in range(len(parts) - 1)]))
    assert others.equals(before.filter(pl.col("scope_kind") == kind))
