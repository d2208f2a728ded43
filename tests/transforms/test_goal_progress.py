"""How far goals are, and which are at risk 30, 60 and 90 days after their start (D-1)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.builders import facts
from tests.transforms.test_daily_targets import FEB, JAN, MAR, target, targets
from tests.transforms.test_goals import goals
from transforms.calendar import review_week
from transforms.catalogue import CATALOGUE
from transforms.goal_progress import goal_progress
from transforms.goals import goal_windows
from transforms.parameters import Parameters
from transforms.targets import daily_targets, window_points

W07 = Parameters(week=review_week("2026-W07"))
"""Ends on 2026-02-15: 32 of the 64 working days of Q1 without holidays are over."""

Q1 = {
    "metric": "sales_amount",
    "scope_kind": "company",
    "scope": "company",
    "target_value": Decimal(640),
    "starts_on": date(2026, 1, 1),
    "due_on": date(2026, 3, 31),
}


def progress(sold: int, *plan: dict[str, Any], **changes: object) -> dict[str, Any]:
    frame = goals(Q1 | changes)
    sale = {"occurred_on": date(2026, 1, 5), "net_amount": Decimal(sold)}
    points = window_points(
        facts(sale=[sale, {**sale, "occurred_on": date(2025, 1, 2)}]),
        goal_windows(frame, W07.week.ends_on),
        CATALOGUE,
        W07,
    )
    daily = daily_targets(targets(*plan), CATALOGUE, W07.calendar).daily
    return goal_progress(frame, points, daily, CATALOGUE, W07).row(0, named=True)


@pytest.mark.parametrize(
    ("sold", "is_at_risk"),
    [
        pytest.param(287, True, id="below 90 % of the 320 due"),
        pytest.param(288, False, id="exactly 90 %"),
        pytest.param(320, False, id="on plan"),
    ],
)
def test_d1_below_90_percent_of_what_is_due_is_at_risk(sold: int, is_at_risk: bool) -> None:
    found = progress(sold)
    assert (found["due"], found["actual"]) == (320, sold)
    assert (found["days_since_start"], found["warning_days"]) == (45, 30)
    assert found["is_at_risk"] is is_at_risk


@pytest.mark.parametrize(
    ("starts_on", "line"),
    [
        pytest.param(date(2026, 1, 17), None, id="29 days"),
        pytest.param(date(2026, 1, 16), 30, id="30 days"),
        pytest.param(date(2025, 12, 17), 60, id="60 days"),
        pytest.param(date(2025, 11, 17), 90, id="90 days"),
    ],
)
def test_d1_warning_lines(starts_on: date, line: int | None) -> None:
    found = progress(0, starts_on=starts_on)
    assert found["warning_days"] == line
    assert found["is_at_risk"] is (None if line is None else True)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        pytest.param({"target_value": None}, "no_target", id="states no value"),
        pytest.param({"metric": None}, "no_data", id="names no metric"),
        pytest.param(
            {"condition": "制造业"}, "no_data", id="means a part that no scope stands for"
        ),
        pytest.param({"starts_on": date(2026, 2, 16)}, "not_due", id="lies ahead"),
        pytest.param(
            {"scope_kind": "industry", "scope": "制造业"}, "no_data", id="no such figures"
        ),
    ],
)
def test_a_goal_without_a_figure_is_kept_and_says_why(
    changes: dict[str, object], state: str
) -> None:
    found = progress(640, **changes)
    assert (found["state"], found["actual"], found["attainment"]) == (state, None, None)


def test_a_goal_with_no_sales_is_zero_and_not_without_data() -> None:
    found = progress(0)
    assert (found["state"], found["actual"], found["attainment"]) == ("zero", 0, 0)


def test_due_follows_the_targets_where_there_are_any() -> None:
    """January 100, February 200, March 340 by hand: at mid-February 100 + half of 200 are due."""
    months = ((JAN, 100), (FEB, 200), (MAR, 340))
    found = progress(0, *(target(window, value) for window, value in months))
    assert found["due"] == 200
