"""Cases from week to week: opened, carried, turned, closed, without data (D-20)."""

from dataclasses import replace
from datetime import date
from typing import Any

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.calendar import review_week
from transforms.parameters import Parameters, Variances
from transforms.tables.act import THREAD_STATES, ActionItem, CaseAnswer, CaseThread
from transforms.tables.cases import Variance
from transforms.tables.review import MetricValue
from transforms.why.threads import OPEN, case_threads

QUARTER = date(2026, 10, 1)
PARAMETERS = Parameters(week=review_week("2026-W47"), variances=Variances(close_after_weeks=3))
PLACE = {"metric": "leads", "scope_kind": "team", "scope": "T", "period_kind": "week"}
KEY = ":".join(PLACE.values())


def frame(table: type[dy.Schema], *rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of a table, what is not said being null."""
    schema = table.create_empty().schema
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=dict(schema))


def case(week: str = "2026-W47", gap: int = -5, **more: object) -> dict[str, Any]:
    row = PLACE | {
        "period_start": review_week(week).starts_on,
        "gap": gap,
        "reference_kind": "plan",
        "is_beyond_trigger": True,
    }
    row |= more
    return row | {"case_id": f"{week}:{':'.join(str(row[name]) for name in PLACE)}"}


def value(state: str = "ok", **more: object) -> dict[str, Any]:
    start = {"period_start": PARAMETERS.week.starts_on, "state": state}
    return PLACE | start | {"target_state": "ok", "light": "red"} | more


def thread(state: str = "new", **more: object) -> dict[str, Any]:
    return {
        **PLACE,
        "case_key": KEY,
        "period_start": date(2026, 11, 9),
        "opened_in_week": "2026-W46",
        "weeks_open": 1,
        "state": state,
        "direction": "below",
        "last_case_id": f"2026-W46:{KEY}",
        "weeks_unmeasured": 0,
        "answers": 0,
        "open_actions": 0,
        "is_conflicting": False,
        "is_close_proposed": False,
        **more,
    }


def answer(week: str = "2026-W46", who: str = "李强", **more: object) -> dict[str, Any]:
    return PLACE | {
        "case_id": f"{week}:{KEY}",
        "answered_by": who,
        "line": 1,
        "case_key": KEY,
        "answered_in_week": week,
        "why": "渠道",
        "is_current": True,
        "is_conflicting": False,
        **more,
    }


def threads(
    variance: list[dict[str, Any]],
    values: list[dict[str, Any]],
    before: list[dict[str, Any]] | None,
    answers: list[dict[str, Any]] | None = None,
    parameters: Parameters = PARAMETERS,
) -> pl.DataFrame:
    return case_threads(
        frame(Variance, *variance),
        frame(MetricValue, *values),
        frame(CaseAnswer, *(answers or [])),
        frame(ActionItem),
        None if before is None else frame(CaseThread, *before),
        parameters,
    )


@pytest.mark.parametrize(
    ("now", "values", "before", "state", "opened", "weeks"),
    [
        pytest.param([case()], [value()], [], "new", "2026-W47", 1, id="new"),
        pytest.param([case()], [value()], [thread()], "carried", "2026-W46", 2, id="carried"),
        pytest.param([case(gap=5)], [value()], [thread()], "turned", "2026-W47", 1, id="turned"),
        pytest.param([], [value()], [thread()], "recovered", "2026-W46", 2, id="recovered"),
        pytest.param([], [value("zero")], [thread()], "recovered", "2026-W46", 2, id="zero"),
        pytest.param([], [value("no_data")], [thread()], "unmeasured", "2026-W46", 2, id="no data"),
        pytest.param(
            [], [value("too_few_cases")], [thread()], "unmeasured", "2026-W46", 2, id="too few"
        ),
        pytest.param([], [], [thread()], "unmeasured", "2026-W46", 2, id="no such row"),
    ],
)
def test_d20_a_case_goes_on_until_its_value_is_back(
    now: list[dict[str, Any]],
    values: list[dict[str, Any]],
    before: list[dict[str, Any]],
    state: str,
    opened: str,
    weeks: int,
) -> None:
    (found,) = threads(now, values, before).to_dicts()
    assert (found["state"], found["opened_in_week"], found["weeks_open"]) == (state, opened, weeks)


@pytest.mark.parametrize("closed", sorted({*THREAD_STATES} - {*OPEN}))
def test_d20_what_is_closed_is_told_once(closed: str) -> None:
    assert threads([], [value()], [thread(closed)]).is_empty()


@pytest.mark.parametrize("closed", sorted({*THREAD_STATES} - {*OPEN}))
def test_d20_after_it_was_closed_the_same_deviation_is_a_new_case(closed: str) -> None:
    (found,) = threads([case()], [value()], [thread(closed, weeks_open=9)]).to_dicts()
    assert (found["state"], found["weeks_open"]) == ("new", 1)


def test_d20_a_quarter_that_is_over_was_not_made_good() -> None:
    key = "leads:team:T:qtd"
    before = thread(period_kind="qtd", case_key=key, period_start=QUARTER)
    values = [value(period_kind="qtd", period_start=date(2027, 1, 1))]
    (found,) = threads([], values, [before]).to_dicts()
    assert (found["state"], found["case_key"]) == ("period_ended", key)


def test_d16_a_signal_within_the_trigger_opens_no_case() -> None:
    assert threads([case(is_beyond_trigger=False)], [value()], []).is_empty()


def test_d20_a_week_that_meets_its_plan_opens_none_against_its_baseline() -> None:
    now = [case(reference_kind="baseline")]
    assert threads(now, [value(light="green")], []).is_empty()
    (found,) = threads(now, [value(light="green", target_state="no_target")], []).to_dicts()
    assert found["state"] == "new"


def test_d20_without_a_review_before_a_case_is_open_since_its_answer() -> None:
    (found,) = threads([case()], [value()], None, [answer("2026-W45")]).to_dicts()
    assert (found["state"], found["opened_in_week"], found["answers"]) == ("carried", "2026-W45", 1)


def test_d20_only_answers_since_it_was_opened_count() -> None:
    said = [answer("2026-W30", "旧"), answer("2026-W46", "李强"), answer("2026-W46", "王芳")]
    (found,) = threads([case()], [value()], [thread()], said).to_dicts()
    assert found["answers"] == 2


def without_data(weeks: int) -> list[dict[str, Any]]:
    """The thread after so many reviews without a value."""
    since = "2026-W44" if weeks else None
    return [thread("unmeasured", weeks_unmeasured=weeks, unmeasured_since=since)]


@pytest.mark.parametrize(("weeks", "is_proposed"), [(0, False), (1, False), (2, True), (9, True)])
def test_d20_without_data_a_person_is_asked_to_close_and_nothing_closes_by_itself(
    weeks: int, *, is_proposed: bool
) -> None:
    (found,) = threads([], [value("no_data")], without_data(weeks)).to_dicts()
    assert found["state"] == "unmeasured"
    assert found["weeks_unmeasured"] == weeks + 1
    assert found["unmeasured_since"] == ("2026-W44" if weeks else "2026-W47")
    assert found["is_close_proposed"] == is_proposed
    assert (found["value_state"], found["last_case_id"]) == ("no_data", f"2026-W46:{KEY}")


@pytest.mark.parametrize(
    ("state", "values", "expected"),
    [
        pytest.param("结案", "no_data", "closed_by_person", id="closed"),
        pytest.param(" Case closed ", "no_data", "closed_by_person", id="in English"),
        pytest.param("进行中", "no_data", "unmeasured", id="goes on"),
        pytest.param("已完成", "no_data", "unmeasured", id="an action that is done closes nothing"),
        pytest.param("结案", "ok", "recovered", id="measured"),
    ],
)
def test_d20_a_person_closes_a_case_without_data(state: str, values: str, expected: str) -> None:
    said = [answer(status=state)]
    (found,) = threads([], [value(values)], without_data(5), said).to_dicts()
    assert found["state"] == expected
    assert not (expected == "closed_by_person" and found["is_close_proposed"])


def test_d20_nobody_closes_a_case_that_is_measured_and_off() -> None:
    (found,) = threads([case()], [value()], [thread()], [answer(status="结案")]).to_dicts()
    assert found["state"] == "carried"


def test_d20_an_answer_from_before_it_was_opened_closes_nothing() -> None:
    said = [answer("2026-W30", status="结案")]
    (found,) = threads([], [value("no_data")], without_data(5), said).to_dicts()
    assert found["state"] == "unmeasured"


def test_d20_a_value_that_comes_back_begins_the_count_anew() -> None:
    (found,) = threads([case()], [value()], without_data(9)).to_dicts()
    assert (found["state"], found["weeks_unmeasured"]) == ("carried", 0)
    assert found["unmeasured_since"] is None
    assert not found["is_close_proposed"]


STEPS = st.lists(st.sampled_from(["below", "above", "fine", "no_data"]), min_size=1, max_size=12)


@given(STEPS)
def test_d20_a_case_is_open_from_its_deviation_until_a_value_without_one(steps: list[str]) -> None:
    """Whatever the weeks bring: open after a week if one deviated and none was fine since."""
    before: pl.DataFrame | None = None
    is_open, without = False, 0
    for number, step in enumerate(steps, start=1):
        label = f"2026-W{number:02}"
        now = replace(PARAMETERS, week=review_week(label))
        gap = {"below": -5, "above": 5}.get(step)
        variance = [] if gap is None else [case(label, gap)]
        state = "no_data" if step == "no_data" else "ok"
        found = case_threads(
            frame(Variance, *variance),
            frame(MetricValue, value(state)),
            frame(CaseAnswer),
            frame(ActionItem),
            frame(CaseThread) if before is None else before,
            now,
        )
        without = without + 1 if step == "no_data" else 0
        was_open, is_open = is_open, gap is not None or (is_open and step == "no_data")
        assert found.height == int(is_open or was_open)
        assert found["state"].is_in(OPEN).to_list() == [is_open] * found.height
        if is_open:
            assert found["weeks_unmeasured"].item() == without
            assert found["is_close_proposed"].item() == (without >= 3)
        before = found


@pytest.mark.parametrize(
    ("of", "side", "counted"),
    [
        pytest.param("week", "below", 1, id="its own answer"),
        pytest.param("qtd", "below", 1, id="another period of its story"),
        pytest.param("qtd", "above", 0, id="another period on the other side"),
        pytest.param("mtd", "below", 1, id="a period that is followed no more"),
    ],
)
def test_d20_an_answer_to_a_story_is_one_to_each_of_its_cases(
    of: str, side: str, counted: int
) -> None:
    key = ":".join((*[*PLACE.values()][:3], of))
    other = thread(period_kind="qtd", case_key=KEY.replace("week", "qtd"), direction=side)
    given_to = answer(period_kind=of, case_key=key, case_id=f"2026-W46:{key}")
    values = [value(), value(period_kind="qtd", period_start=QUARTER)]
    found = threads([], values, [thread(), other], [given_to])
    (mine,) = found.filter(pl.col("case_key") == KEY)["answers"]
    assert mine == counted


def test_d20_the_same_person_asked_twice_counts_once() -> None:
    asked = [answer(), answer(period_kind="mtd", case_key=KEY.replace("week", "mtd"))]
    assert threads([], [value()], [thread()], asked)["answers"].to_list() == [1]
