"""The figures of D-22, and the rules of single tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.views.builders import inputs
from transforms.calendar import week_ending
from transforms.parameters import Parameters
from transforms.views import pack_view
from transforms.views.canonical import _digits
from transforms.views.cells import Figure, Sentence
from transforms.views.evaluation import attained
from transforms.views.work import TaskState, task_state

AS_OF = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("target", "actual", "expected"),
    [
        pytest.param("500", "540", "1.08", id="sales 500 to 540 is 108 %"),
        pytest.param("0.15", "0.12", "0.8", id="conversion 15 % to 12 % is 80 %"),
        pytest.param("30", "28", "0.933333333333", id="customers 30 to 28 is 93 %"),
        pytest.param("150", "180", "1.2", id="sales 150 to 180 is 120 %"),
    ],
)
def test_attainment_d22(target: str, actual: str, expected: str) -> None:
    rate = attained(Figure(Decimal(target)), Figure(Decimal(actual)), is_up_better=True)
    assert rate.value == Decimal(expected)


def test_less_is_better_turns_the_quotient_round_d22() -> None:
    rate = attained(Figure(Decimal(60)), Figure(Decimal(75)), is_up_better=False)
    assert rate.value == Decimal("0.8")


@pytest.mark.parametrize(
    ("target", "actual", "state"),
    [
        pytest.param(Figure(None, state="no_target"), Figure(Decimal(1)), "no_target", id="target"),
        pytest.param(Figure(Decimal(1)), Figure(None, state="no_data"), "no_data", id="actual"),
        pytest.param(Figure(Decimal(0)), Figure(Decimal(1)), "no_data", id="target of nothing"),
        pytest.param(
            Figure(Decimal(1)), Figure(None, state="too_few_cases", n=3), "too_few_cases", id="few"
        ),
    ],
)
def test_states_stay_different(target: Figure, actual: Figure, state: str) -> None:
    assert attained(target, actual, is_up_better=True).state == state


def task(**given: Any) -> dict[str, Any]:  # noqa: ANN401 (any column of the contract)
    empty = dict.fromkeys(
        ("planned_start_on", "planned_end_on", "actual_start_on", "actual_end_on", "progress_share")
    )
    return empty | given


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(
            task(planned_start_on=date(2026, 10, 20), planned_end_on=date(2026, 11, 19)),
            TaskState("late", 3),
            id="three days late",
        ),
        pytest.param(
            task(
                planned_start_on=date(2026, 9, 20),
                planned_end_on=date(2026, 12, 20),
                progress_share=0.3,
            ),
            TaskState("at_risk"),
            id="below 90 % of the plan due after 30 days",
        ),
        pytest.param(
            task(
                planned_start_on=date(2026, 10, 24),
                planned_end_on=date(2026, 12, 20),
                progress_share=0.1,
            ),
            TaskState("running"),
            id="29 days after the start it is not judged",
        ),
        pytest.param(task(progress_share=1.0), TaskState("done"), id="done by its progress"),
        pytest.param(
            task(planned_start_on=date(2026, 12, 1), planned_end_on=date(2026, 12, 5)),
            TaskState("planned"),
            id="not begun",
        ),
        pytest.param(task(), TaskState("undated"), id="no dates"),
    ],
)
def test_task_states_d8(row: dict[str, Any], expected: TaskState) -> None:
    assert task_state(row, AS_OF) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("540.0000", "540", id="trailing zeros"),
        pytest.param("5.4E+2", "540", id="exponent"),
        pytest.param("-0.00", "0", id="minus zero"),
        pytest.param("0.10", "0.1", id="fraction"),
        pytest.param("100", "100", id="zeros of a whole number stay"),
    ],
)
def test_the_same_number_has_the_same_digits(value: str, expected: str) -> None:
    assert _digits(Decimal(value)) == expected


def effect_headline(as_of: date) -> Sentence:
    parameters = Parameters(week_ending(as_of))
    view = pack_view(replace(inputs(), parameters=parameters))
    return next(page.headline for page in view.pages if page.code == "effect")


@pytest.mark.parametrize(
    ("as_of", "kind"),
    [
        pytest.param(date(2026, 11, 22), "effect_running", id="the quarter still runs"),
        pytest.param(date(2027, 1, 3), "effect_page", id="the quarter is over"),
    ],
)
def test_a_goal_whose_period_still_runs_is_not_just_missed(as_of: date, kind: str) -> None:
    headline = effect_headline(as_of)
    assert headline.kind == kind
    told = dict(headline.cells)
    assert told.get("running", told["rows"]) == told["rows"]
