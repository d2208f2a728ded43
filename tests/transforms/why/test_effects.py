"""Did a countermeasure move its metric: every verdict and what is proposed for it (D-20)."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.calendar import review_week
from transforms.parameters import Parameters
from transforms.tables import ENTITIES
from transforms.tables.act import PROPOSALS, VERDICTS, ActionItem, CaseAnswer
from transforms.tables.review import MetricPoint, MetricValue
from transforms.why.effects import action_effects
from transforms.why.register import DONE, action_items

PARAMETERS = Parameters(week=review_week("2026-W47"))
DECIDED = "2026-W43"
WOBBLE = (100, 104, 98, 102, 99, 103, 97, 101, 100, 102, 98, 101, 99)
"""Thirteen weeks around 100 whose moving range is 3.5; a fourth of that for a mean of four."""


def frame(table: type[dy.Schema], *rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of a table, what is not said being null."""
    schema = table.create_empty().schema
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=dict(schema))


def item(**more: object) -> dict[str, Any]:
    return {
        "action_id": "A1",
        "origin": "register",
        "decided_in_week": DECIDED,
        "action": "补齐客户交接",
        "due_on": date(2026, 11, 20),
        "status": "进行中",
        "is_done": False,
        "effect_metric": "leads",
        "effect_delta": Decimal(20),
        "scope_kind": "team",
        "scope": "T",
        **more,
    }


def weeks(after: tuple[float, ...], before: tuple[float, ...] = WOBBLE) -> pl.DataFrame:
    """The history of a metric: weeks up to the decision, weeks since."""
    last = review_week(DECIDED).starts_on
    rows = []
    for place, amount in enumerate((*before, *after)):
        start = last + timedelta(weeks=place - len(before) + 1)
        rows.append(
            {
                "metric": "leads",
                "scope_kind": "team",
                "scope": "T",
                "period_kind": "week",
                "period_start": start,
                "period_end": start + timedelta(days=6),
                "numerator": Decimal(str(amount)),
                "denominator": Decimal(1),
                "value": float(amount),
            }
        )
    return frame(MetricPoint, *rows)


def effect(history: pl.DataFrame, **more: object) -> dict[str, Any]:
    found = action_effects(frame(ActionItem, item(**more)), history, frame(MetricValue), PARAMETERS)
    return found.row(0, named=True)


CASES = (
        pytest.param((121, 124, 122, 121), {}, "worked", "standardise", id="worked"),
        pytest.param((112, 110, 113, 111), {}, "moved_less", "adjust", id="moved less"),
        pytest.param((100, 102, 99, 101), {}, "no_effect", "stop", id="stayed where it was"),
        pytest.param((80, 82, 79, 81), {}, "no_effect", "stop", id="went the other way"),
        pytest.param(
            (102, 103, 101, 102), {"effect_delta": Decimal(3)}, "within_noise", "wait",
            id="expected less than chance moves",
        ),
        pytest.param(
            (90, 92, 89, 91), {"effect_delta": Decimal(3)}, "no_effect", "stop",
            id="the other way beyond noise, whatever was expected",
        ),
        pytest.param(
            (79, 78, 80, 79), {"effect_delta": Decimal(-20)}, "worked", "standardise",
            id="down as expected",
        ),
        pytest.param(
            (121, 124, 122, 121), {"due_on": date(2026, 11, 23)}, "too_early", "wait", id="not due"
        ),
        pytest.param((121, 124, 122, 121), {"due_on": None}, "too_early", "wait", id="no due day"),
        pytest.param((), {}, "no_data", "none", id="no week since"),
        pytest.param(
            (121, 124, 122, 121), {"scope": "another"}, "no_data", "none", id="no such series"
        ),
        pytest.param(
            (121, 124, 122, 121), {"effect_metric": None}, "no_expectation", "state_effect",
            id="no metric",
        ),
        pytest.param(
            (121, 124, 122, 121), {"effect_delta": None}, "no_expectation", "state_effect",
            id="no change expected",
        ),
        pytest.param(
            (121, 124, 122, 121), {"effect_delta": Decimal(0)}, "no_expectation", "state_effect",
            id="a change of nothing",
        ),
        pytest.param(
            (121, 124, 122, 121), {"status": "已取消"}, "cancelled", "none", id="dropped"
        ),
        pytest.param(
            (121, 124, 122, 121), {"status": " Cancelled "}, "cancelled", "none", id="in English"
        ),
        pytest.param(
            (121, 124, 122, 121), {"status": "未开始"}, "not_started", "begin",
            id="due and never begun",
        ),
        pytest.param(
            (121, 124, 122, 121), {"status": "未开始", "effect_metric": None}, "not_started",
            "begin", id="never begun and no metric",
        ),
        pytest.param(
            (121, 124, 122, 121), {"status": "Planned", "due_on": None}, "too_early", "wait",
            id="planned, not due",
        ),
)  # fmt: skip


@pytest.mark.parametrize(("after", "more", "verdict", "proposal"), CASES)
def test_d20_every_verdict_and_its_proposal(
    after: tuple[float, ...], more: dict[str, object], verdict: str, proposal: str
) -> None:
    found = effect(weeks(after), **more)
    assert (found["verdict"], found["proposal"]) == (verdict, proposal)


def test_d20_every_verdict_of_the_contract_is_tried_above() -> None:
    assert {case.values[2] for case in CASES} == {*VERDICTS}
    assert {case.values[3] for case in CASES} == {*PROPOSALS}


def test_d16_too_few_weeks_before_the_decision_say_nothing() -> None:
    """Eight weeks are needed; seven have no band."""
    assert effect(weeks((125, 125), WOBBLE[:7]))["verdict"] == "no_data"
    assert effect(weeks((125, 125), WOBBLE[:8]))["verdict"] == "worked"


def test_d16_the_band_is_that_of_a_difference_of_means() -> None:
    """2.66 × 3.5 × √(1/13 + 1/4), by hand; the week of the decision lies before it."""
    found = effect(weeks((121, 124, 122, 121)))
    assert (found["weeks_before"], found["weeks_after"]) == (13, 4)
    ranges = [abs(b - a) for a, b in pairwise(WOBBLE)]
    expected = 2.66 * sum(ranges) / 12 * (1 / 13 + 1 / 4) ** 0.5
    assert found["noise_band"] == pytest.approx(expected)
    assert found["moved"] == pytest.approx(122 - sum(WOBBLE) / 13)


def test_d20_a_ratio_is_meant_over_all_its_cases() -> None:
    """One week of 90 in 100 and one of 0 in 1 are 90 in 101, not 45 %."""
    history = weeks((0.9, 0.0), tuple(0.5 + 0.01 * (place % 2) for place in range(13)))
    counted = history.with_columns(
        pl.when(pl.col("value") == 0.9).then(100).otherwise(1).cast(pl.Int64).alias("many")
    ).with_columns(
        (pl.col("value").cast(history.schema["numerator"]) * pl.col("many"))
        .cast(history.schema["numerator"])
        .alias("numerator"),
        pl.col("many").cast(history.schema["denominator"]).alias("denominator"),
    )
    found = effect(counted.drop("many"), effect_delta=Decimal("0.1"))
    assert found["after"] == pytest.approx(90 / 101)


def test_d20_it_is_looked_for_in_the_team_where_its_scope_has_no_values() -> None:
    found = effect(weeks((121, 124, 122, 121)), scope_kind="channel", scope="展会", team="T")
    assert (found["scope_kind"], found["scope"], found["verdict"]) == ("team", "T", "worked")


AMOUNTS = st.lists(st.integers(0, 400), min_size=8, max_size=13)


@given(AMOUNTS, st.lists(st.integers(0, 400), min_size=1, max_size=4), st.integers(1, 100))
def test_d20_up_and_down_are_judged_alike(before: list[int], after: list[int], by: int) -> None:
    """Turned upside down, with the opposite expected, the verdict is the same."""
    history = weeks(tuple(after), tuple(before))
    turned = weeks(tuple(400 - each for each in after), tuple(400 - each for each in before))
    up = effect(history, effect_delta=Decimal(by))
    down = effect(turned, effect_delta=Decimal(-by))
    assert up["moved"] == pytest.approx(-down["moved"], abs=1e-9)
    edges = {abs(up["moved"] - edge) for edge in (up["noise_band"], -up["noise_band"], by)}
    edges.add(abs(up["moved"] + up["noise_band"] - by))
    if min(edges) > 1e-6:
        assert up["verdict"] == down["verdict"]


@given(AMOUNTS, st.lists(st.integers(0, 400), min_size=1, max_size=4))
def test_d20_the_more_is_expected_the_less_it_worked(before: list[int], after: list[int]) -> None:
    """Once an expectation was not met, no greater one is."""
    order = ["worked", "moved_less", "within_noise", "no_effect"]
    history = weeks(tuple(after), tuple(before))
    found = [
        order.index(effect(history, effect_delta=Decimal(by))["verdict"]) for by in (1, 20, 200)
    ]
    assert found == sorted(found)


def answer(**more: object) -> dict[str, Any]:
    return {
        "case_id": "2026-W46:leads:team:T:week",
        "answered_by": "李强",
        "line": 1,
        "answered_in_week": "2026-W46",
        "scope_kind": "team",
        "scope": "T",
        "action": "补齐客户交接",
        "owner": "李强",
        "segment": None,
        "status": None,
        "due_on": None,
        "effect_metric": None,
        "effect_delta": None,
        **more,
    }


def registered(**more: object) -> dict[str, Any] | None:
    """The register's row of one answer."""
    said = frame(CaseAnswer, answer(**more))
    found = action_items(frame(ENTITIES["action"]), said, "2026-W47").to_dicts()
    return found[0] if found else None


@pytest.mark.parametrize(
    ("segment", "case", "place"),
    [
        pytest.param(None, "team:T", ("team", "T"), id="no segment"),
        pytest.param("channel=展会", "team:T", ("team", "T"), id="others' business, too"),
        pytest.param("rep=R1", "team:T", ("rep", "R1"), id="a rep is the team's own"),
        pytest.param("channel=展会", "company:company", ("channel", "展会"), id="of the company"),
        pytest.param(
            "channel=展会 × rep=R1", "company:company", ("company", "company"), id="two dimensions"
        ),
    ],
)
def test_d20_where_the_effect_of_a_worksheets_countermeasure_is_looked_for(
    segment: str | None, case: str, place: tuple[str, str]
) -> None:
    kind, scope = case.split(":")
    found = registered(
        segment=segment, case_id=f"2026-W46:leads:{case}:week", scope_kind=kind, scope=scope
    )
    assert found is not None
    assert (found["scope_kind"], found["scope"]) == place
    assert found["action_id"] == f"2026-W46:leads:{case}:week#李强#1"


@pytest.mark.parametrize("status", [*sorted(DONE), "进行中", "未开始", "Running", None])
def test_d20_a_status_says_whether_anything_is_left_to_do(status: str | None) -> None:
    found = registered(status=status)
    assert found is not None
    assert found["is_done"] == (status in DONE)


def test_d20_a_cause_without_a_countermeasure_is_no_action() -> None:
    assert registered(action=None) is None
