"""Did what the plan names move its metric, once it was in place (D-7, D-8)."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.transforms.why.test_effects import frame, weeks
from transforms.calendar import review_week
from transforms.parameters import Parameters
from transforms.scopes import COMPANY
from transforms.tables.plan import StrategyItem, Task
from transforms.tables.review import MetricValue
from transforms.why.planned import plan_effects

PARAMETERS = Parameters(week=review_week("2026-W47"))
IN_PLACE = date(2026, 10, 21)
"""A Wednesday of 2026-W43, the last of the weeks before (`tests.transforms.why.test_effects`)."""


def effects(
    strategy: pl.DataFrame, tasks: pl.DataFrame, history: pl.DataFrame
) -> list[dict[str, Any]]:
    return plan_effects(strategy, tasks, history, frame(MetricValue), PARAMETERS).to_dicts()


@pytest.mark.parametrize(
    ("after", "more", "verdict", "weeks_after"),
    [
        pytest.param((121, 124, 122, 121), {}, "worked", 4, id="moved as expected"),
        pytest.param((112, 110, 113, 111), {}, "moved_less", 4, id="moved less"),
        pytest.param((100, 102, 99, 101), {}, "no_effect", 4, id="stayed where it was"),
        pytest.param((121, 124, 122, 121), {"effect_delta": None}, "no_expectation", 4, id="no Δ"),
        pytest.param((121,), {"due_on": date(2026, 11, 22)}, "too_early", 0, id="due this week"),
        pytest.param((121,), {"due_on": None}, "too_early", 0, id="no due day"),
        pytest.param((), {}, "no_data", 0, id="no week since"),
        pytest.param((121,), {"effect_metric": None}, "no_expectation", 0, id="words alone"),
    ],
)
def test_an_action_of_the_plan_is_held_against_its_expected_effect_d7(
    after: tuple[float, ...], more: dict[str, object], verdict: str, weeks_after: int
) -> None:
    history = weeks(after).with_columns(scope_kind=pl.lit(COMPANY), scope=pl.lit(COMPANY))
    row = {
        "strategy_id": "S1",
        "module": "渠道",
        "action": "换用备选渠道",
        "due_on": IN_PLACE,
        "effect_metric": "leads",
        "effect_delta": Decimal(20),
        **more,
    }
    (effect,) = effects(frame(StrategyItem, row), frame(Task), history)
    assert (effect["entity"], effect["item_id"], effect["verdict"]) == (
        "strategy_item",
        "S1",
        verdict,
    )
    assert effect["weeks_after"] == weeks_after


def test_a_strategy_is_looked_for_in_the_company_d7() -> None:
    row = {"strategy_id": "S1", "module": "渠道", "action": "换用备选渠道", "due_on": IN_PLACE}
    row |= {"effect_metric": "leads", "effect_delta": Decimal(20)}
    of_team = weeks((121, 124, 122, 121))
    (effect,) = effects(frame(StrategyItem, row), frame(Task), of_team)
    assert effect["verdict"] == "no_data"


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        pytest.param({"actual_end_on": IN_PLACE}, "worked", id="done"),
        pytest.param(
            {"progress_share": 1.0, "planned_end_on": IN_PLACE}, "worked", id="done by its progress"
        ),
        pytest.param(
            {"progress_share": 0.9, "planned_end_on": IN_PLACE}, "too_early", id="late, not done"
        ),
        pytest.param({"actual_end_on": IN_PLACE, "team": None}, "no_data", id="the company's"),
    ],
)
def test_a_milestone_is_looked_for_in_its_team_once_it_is_done_d8(
    more: dict[str, object], verdict: str
) -> None:
    row: dict[str, Any] = {"task_id": "T1", "task_name": "展会线索跟进", "team": "T"}
    row |= {"effect_metric": "leads", "effect_delta": Decimal(20), **more}
    (effect,) = effects(frame(StrategyItem), frame(Task, row), weeks((121, 124, 122, 121)))
    assert (effect["entity"], effect["item_id"], effect["verdict"]) == ("task", "T1", verdict)


def test_tasks_that_name_no_metric_have_no_effect_d8() -> None:
    row = {"task_id": "T#1", "task_name": "展会线索跟进", "actual_end_on": IN_PLACE}
    assert effects(frame(StrategyItem), frame(Task, row), weeks(())) == []


def test_a_number_may_hold_any_sign_d8() -> None:
    row = {"task_id": "T#1#2", "task_name": "展会线索跟进", "effect_metric": "leads"}
    (effect,) = effects(frame(StrategyItem), frame(Task, row), weeks(()))
    assert effect["item_id"] == "T#1#2"
