"""Every open target checked five ways, from facts to review tables (D-4)."""

from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.builders import facts
from tests.transforms.calibration.ground_of import (
    QUARTER,
    YEAR,
    assignments,
    goals,
    ground,
    plan,
    strategy,
    targets,
)
from transforms.calendar import review_week
from transforms.calibration import Assumptions, Drivers, calibrate, measure, open_targets, overall
from transforms.calibration.verdict import CHECKS, WORST_FIRST, Plan, worst
from transforms.catalogue import CATALOGUE
from transforms.parameters import Parameters

W53 = Parameters(week=review_week("2026-W53"))
"""Ends on 2027-01-03."""

OWN = {"scope_kind": "company", "scope": "company"}
NO_DRIVERS = Drivers(goals(), strategy())


def test_every_open_target_has_five_verdicts_and_the_plan_two() -> None:
    known = targets(
        plan("sales_amount", 100),
        plan("sales_amount", 25, QUARTER, "华东一部"),
        plan("sales_amount", 90, (date(2026, 1, 1), date(2026, 12, 31))),
        plan("no_such_metric", 1),
    )
    verdicts, figures = calibrate(ground({}), known, NO_DRIVERS, Assumptions(), W53)
    found = verdicts.filter(pl.col("metric") == "sales_amount")
    assert found.group_by("scope").len().sort("scope").rows() == [("company", 5), ("华东一部", 5)]
    assert set(found["check"]) == set(CHECKS)
    assert found.filter(pl.col("check") == "history")["verdict"].to_list() == ["no_data"] * 2
    assert verdicts.filter(pl.col("metric") == "plan")["check"].to_list() == ["reserve", "modules"]
    assert set(figures["check"]) <= {*CHECKS, "reserve", "modules"}


def test_values_are_measured_from_the_facts() -> None:
    rows = [
        {"occurred_on": date(year, 1, 5), "net_amount": Decimal(amount), "team": "华东一部"}
        for year, amount in ((2025, 100), (2026, 110))
    ]
    january = (date(2027, 1, 1), date(2027, 1, 31))
    known = targets(plan("sales_amount", 130, january, "华东一部"))
    found = measure(
        facts(sale=rows),
        open_targets(known, W53.week.ends_on),
        known,
        assignments({}),
        CATALOGUE,
        W53,
    )
    verdicts, figures = calibrate(found, known, NO_DRIVERS, Assumptions(), W53)
    trend = figures.filter(pl.col("name") == "trend")["value"].to_list()
    assert trend == [121]
    row = verdicts.filter(pl.col("check") == "history").row(0, named=True)
    assert (row["reason"], row["difference"]) == ("driver_missing", 9)


def test_d4_the_driver_is_a_note_a_goal_of_the_same_scope_or_a_strategy_item() -> None:
    drivers = Drivers(
        goals(
            {"metric": "leads", "scope_kind": "company", "scope": "company", "key_action": "展会"}
        ),
        strategy({"effect_metric": "aov", "action": "阶梯套餐"}),
    )
    assert drivers.of(plan("leads", 1, note="直播")) == "直播"
    assert drivers.of(plan("leads", 1)) == "展会"
    assert drivers.of(plan("leads", 1, scope="华东一部")) is None
    assert drivers.of(plan("aov", 600)) == "阶梯套餐"
    assert drivers.of(plan("sales_amount", 1, note="  ")) is None


def test_the_overall_verdict_is_the_worst_of_the_five() -> None:
    known = targets(plan("sales_amount", 100))
    verdicts, _ = calibrate(ground({}), known, NO_DRIVERS, Assumptions(), W53)
    key = ("sales_amount", "company", "company", *YEAR)
    assert overall(verdicts)[key] == "no_data"


@given(st.permutations([plan("sales_amount", n, scope=f"队{n}") for n in range(1, 5)]))
def test_the_order_of_targets_does_not_matter(plans: list[Plan]) -> None:
    usual = targets(*sorted(plans))
    assert calibrate(ground({}), targets(*plans), NO_DRIVERS, Assumptions(), W53)[0].equals(
        calibrate(ground({}), usual, NO_DRIVERS, Assumptions(), W53)[0]
    )


@given(st.lists(st.sampled_from(WORST_FIRST)))
def test_one_bad_verdict_is_never_outvoted(verdicts: list[str]) -> None:
    assert (worst(verdicts) == "short") == ("short" in verdicts)
