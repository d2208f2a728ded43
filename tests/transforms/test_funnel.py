"""The funnel and its bottleneck."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.builders import Row, facts
from transforms.calendar import review_week
from transforms.funnel import funnel_stages
from transforms.parameters import Parameters, Stage

AS_OF = date(2026, 11, 22)
PARAMETERS = Parameters(
    week=review_week("2026-W47"),
    stages=(
        Stage("需求确认", position=1, allowed_days=10),
        Stage("方案呈现", position=2),
        Stage("成交", "won", 3),
    ),
)


def exits(stage: str, days_ago: int, forward: int, cases: int) -> list[Row]:
    return [
        {
            "stage": stage,
            "occurred_on": AS_OF - timedelta(days=days_ago),
            "is_forward": number < forward,
            "stage_days": number,
            "team": "一部",
        }
        for number in range(cases)
    ]


def company(**rows: list[Row]) -> dict[str, dict[str, object]]:
    frame = funnel_stages(facts(**rows), PARAMETERS).filter(pl.col("scope_kind") == "company")
    return {row["stage"]: row for row in frame.iter_rows(named=True)}


def test_a_stage_counts_the_13_weeks_to_the_as_of_date() -> None:
    found = company(
        stage_exit=[
            *exits("需求确认", 0, 3, 4),
            *exits("需求确认", 90, 1, 4),
            *exits("需求确认", 91, 4, 5),
            *exits("需求确认", 181, 2, 5),
            *exits("需求确认", 182, 5, 5),
            *exits("成交", 1, 1, 1),
        ]
    )
    assert list(found) == ["需求确认", "方案呈现"]
    stage = found["需求确认"]
    assert (stage["left_forward"], stage["left"], stage["conversion"]) == (4, 8, 0.5)
    assert stage["baseline_conversion"] == 0.6
    assert stage["mean_days"] == 1.5
    assert found["方案呈现"]["conversion"] is None


@pytest.mark.parametrize(
    ("first", "second", "bottleneck"),
    [
        pytest.param((5, 8), (2, 8), "方案呈现", id="the one that fell most"),
        pytest.param((2, 2), (6, 8), None, id="fewer than 5 cases are not judged"),
        pytest.param((3, 8), (3, 8), "需求确认", id="the earlier of two equals"),
        pytest.param((8, 8), (7, 8), None, id="none fell"),
    ],
)
def test_bottleneck(
    first: tuple[int, int], second: tuple[int, int], bottleneck: str | None
) -> None:
    """Both stages converted 6 of 8 in the 13 weeks before."""
    found = company(
        stage_exit=[
            *exits("需求确认", 100, 6, 8),
            *exits("方案呈现", 100, 6, 8),
            *exits("需求确认", 5, *first),
            *exits("方案呈现", 5, *second),
        ]
    )
    flagged = [stage for stage, row in found.items() if row["is_bottleneck"]]
    assert flagged == ([bottleneck] if bottleneck else [])


def test_open_deals_by_stage_and_overdue_only_where_there_is_a_limit() -> None:
    deal = {"occurred_on": AS_OF, "stage": "需求确认", "allowed_days": 10}
    found = company(
        open_deal=[
            {**deal, "stage_days": 11, "amount": Decimal(5)},
            {**deal, "stage_days": 10, "amount": None},
            {"occurred_on": AS_OF, "stage": "方案呈现", "stage_days": 400},
        ]
    )
    first, second = found["需求确认"], found["方案呈现"]
    assert (first["open_count"], first["open_amount"], first["overdue_count"]) == (2, 5, 1)
    assert (second["open_count"], second["open_amount"], second["overdue_count"]) == (1, None, None)


def test_without_stages_there_is_no_funnel() -> None:
    no_stages = Parameters(week=PARAMETERS.week)
    assert funnel_stages(facts(stage_exit=exits("需求确认", 1, 1, 1)), no_stages).is_empty()
