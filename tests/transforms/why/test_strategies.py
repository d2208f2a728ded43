"""Did what the strategy table names move its metric, once it was due (D-7)."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.why.test_effects import frame, weeks
from transforms.calendar import review_week
from transforms.parameters import Parameters
from transforms.scopes import COMPANY
from transforms.tables.plan import StrategyItem
from transforms.tables.review import MetricValue
from transforms.why.strategies import strategy_effects

PARAMETERS = Parameters(week=review_week("2026-W47"))
IN_PLACE = date(2026, 10, 21)
"""A Wednesday of 2026-W43, the last of the weeks before (`tests.transforms.why.test_effects`)."""


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
    found = strategy_effects(frame(StrategyItem, row), history, frame(MetricValue), PARAMETERS)
    (effect,) = found.to_dicts()
    assert (effect["strategy_id"], effect["verdict"]) == ("S1", verdict)
    assert effect["weeks_after"] == weeks_after


def test_a_team_is_not_the_company_d7() -> None:
    row = {"strategy_id": "S1", "module": "渠道", "action": "换用备选渠道", "due_on": IN_PLACE}
    row |= {"effect_metric": "leads", "effect_delta": Decimal(20)}
    of_team = weeks((121, 124, 122, 121))
    found = strategy_effects(frame(StrategyItem, row), of_team, frame(MetricValue), PARAMETERS)
    assert found["verdict"].to_list() == ["no_data"]


def test_a_plan_without_strategies_has_no_effects_d7() -> None:
    nothing = frame(StrategyItem)
    assert strategy_effects(nothing, weeks(()), frame(MetricValue), PARAMETERS).is_empty()
