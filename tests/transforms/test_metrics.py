"""Metric values: state, target, baseline and lights of the reviewed week (D-15, D-16)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.transforms.builders import Row, facts
from tests.transforms.test_daily_targets import target, targets
from transforms.calendar import review_week
from transforms.catalogue import CATALOGUE
from transforms.metrics import metric_values
from transforms.parameters import Lights, Parameters
from transforms.tables.plan import Target
from transforms.tables.review import MetricPoint, MetricValue

WEEK = review_week("2026-W47")
STANDARD = Parameters(week=WEEK)
NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)
NO_TARGETS = Target.create_empty()


def monday(weeks_ago: int) -> date:
    return WEEK.starts_on - timedelta(weeks=weeks_ago)


def closed(weeks_ago: int, won: int, cases: int) -> list[Row]:
    """Deals closed in one week."""
    return [
        {"occurred_on": monday(weeks_ago), "is_won": number < won, "team": "一部"}
        for number in range(cases)
    ]


def reviewed(
    plan: pl.DataFrame = NO_TARGETS, parameters: Parameters = STANDARD, **rows: Iterable[Row]
) -> pl.DataFrame:
    values, history = metric_values(facts(**rows), plan, CATALOGUE, parameters)
    assert MetricValue.is_valid(values)
    assert MetricPoint.is_valid(history)
    return values


def row(
    frame: pl.DataFrame, metric: str, kind: str = "week", scope: str = "company"
) -> dict[str, Any]:
    found = frame.filter(
        (pl.col("metric") == metric) & (pl.col("period_kind") == kind) & (pl.col("scope") == scope)
    )
    assert found.height == 1
    return found.row(0, named=True)


STEADY = [item for weeks_ago in range(1, 14) for item in closed(weeks_ago, 15, 100)]
RESTLESS = [
    item for weeks_ago in range(1, 14) for item in closed(weeks_ago, 11 + weeks_ago % 5 * 2, 100)
]


def test_twelve_percent_against_fifteen_is_red() -> None:
    """D-15: exactly −20 %, outside the limits of a steady series."""
    found = row(reviewed(deal_closed=[*STEADY, *closed(0, 12, 100)]), "win_rate")
    assert found["baseline"] == 0.15
    assert found["deviation_baseline"] == pytest.approx(-0.2, abs=1e-15)
    assert (found["light_baseline"], found["light"]) == ("red", "red")
    assert found["is_signal"]
    assert not found["is_within_noise"]


def test_red_within_the_noise_is_hollow() -> None:
    """D-15, D-16: inside the XmR limits."""
    found = row(reviewed(deal_closed=[*RESTLESS, *closed(0, 12, 100)]), "win_rate")
    assert found["baseline"] == 0.15
    assert found["light_baseline"] == "red"
    assert found["is_within_noise"]
    assert found["limit_low"] < 0.12 < found["limit_high"]


def test_too_few_cases_are_grey_and_say_so() -> None:
    """D-15: n = 3 is never a red."""
    found = row(reviewed(deal_closed=[*STEADY, *closed(0, 0, 3)]), "win_rate")
    assert (found["state"], found["n"], found["value"]) == ("too_few_cases", 3, 0.0)
    assert (found["light"], found["light_reason"]) == ("grey", "too_few_cases")


def test_a_cohort_that_is_still_open_is_not_held_against_older_ones() -> None:
    leads = [
        {"occurred_on": monday(n), "converted_on": monday(n - 9) if n > 9 else None}
        for n in range(14)
        for _ in range(10)
    ]
    found = row(reviewed(lead_created=leads), "lead_conversion_cohort")
    assert (found["value"], found["baseline"], found["light_baseline"]) == (0, None, "grey")


def test_weeks_with_too_few_cases_are_not_in_the_baseline() -> None:
    thin = [item for weeks_ago in range(1, 14) for item in closed(weeks_ago, 1, 4)]
    assert row(reviewed(deal_closed=[*thin, *closed(0, 9, 10)]), "win_rate")["baseline"] is None


def test_a_metric_may_have_thresholds_of_its_own() -> None:
    own = Parameters(week=WEEK, metric_lights={"win_rate": Lights(minimum_cases=3)})
    found = reviewed(parameters=own, deal_closed=[*STEADY, *closed(0, 0, 3)])
    assert row(found, "win_rate")["light"] == "red"


@pytest.mark.parametrize(
    ("actual", "light"),
    [
        pytest.param(1500, "green", id="on plan"),
        pytest.param(1350, "yellow", id="exactly 10 % below"),
        pytest.param("1349.9999", "red", id="just below"),
    ],
)
def test_light_against_plan_holds_the_week_against_what_is_due(
    actual: int | str, light: str
) -> None:
    """D-15: 21 working days of 300 make 6300; 5 of them are this week, 15 are due by now."""
    sales = [{"occurred_on": monday(0), "net_amount": Decimal(actual)}]
    frame = reviewed(targets(target(NOVEMBER, 6300)), sale=sales)
    found = row(frame, "sales_amount")
    assert (found["target"], found["due"]) == (1500, 1500)
    assert found["light_plan"] == found["light"] == light
    month = row(frame, "sales_amount", "mtd")
    assert (month["target"], month["due"], month["light_baseline"]) == (6300, 4500, "grey")


def test_attainment_and_gap_to_time_progress() -> None:
    sales = [{"occurred_on": monday(0), "net_amount": Decimal(4050)}]
    frame = reviewed(targets(target(NOVEMBER, 6300)), sale=sales)
    attained = row(frame, "target_attainment", "mtd")
    assert (attained["numerator"], attained["denominator"]) == (4050, 6300)
    assert attained["target"] == 1
    assert attained["deviation_plan"] == pytest.approx(-0.1, abs=1e-15)
    assert attained["light_plan"] == "yellow"
    gap = row(frame, "time_progress_gap", "mtd")
    assert (gap["numerator"], gap["denominator"]) == (-450, 6300)


def test_states_are_told_apart() -> None:
    later = date(2026, 12, 1), date(2026, 12, 31)
    frame = reviewed(
        targets(target(later, 100), target(NOVEMBER, 50, scope_kind="channel", scope="直销")),
        sale=[{"occurred_on": monday(1), "team": "一部", "channel": "展会"}],
    )
    assert row(frame, "sales_amount")["state"] == "zero"
    assert row(frame, "aov")["state"] == "no_data"
    quarter = row(frame, "sales_amount", "qtd")
    assert (quarter["target_state"], quarter["light_reason"]) == ("not_due", "not_due")
    assert row(frame, "sales_amount", "mtd", "一部")["light_reason"] == "no_target"
    unsold = row(frame, "sales_amount", "mtd", "直销")
    assert (unsold["state"], unsold["light"]) == ("zero", "red")


def test_coverage_is_weighted_pipeline_over_what_the_target_still_needs() -> None:
    deals = [
        {"occurred_on": WEEK.ends_on, "expected_close_on": day, "weighted_amount": Decimal(amount)}
        for day, amount in [
            (date(2026, 11, 10), 100),
            (date(2026, 11, 30), 200),
            (date(2026, 12, 15), 400),
        ]
    ]
    frame = reviewed(
        targets(target(NOVEMBER, 1000)),
        sale=[{"occurred_on": monday(0), "net_amount": Decimal(400)}],
        open_deal=deals,
    )
    month = row(frame, "pipeline_coverage", "mtd")
    assert (month["numerator"], month["denominator"], month["value"]) == (300, 600, 0.5)
    assert frame.filter(
        (pl.col("metric") == "pipeline_coverage") & (pl.col("period_kind") == "week")
    ).is_empty()


def test_previous_week_and_the_same_week_last_year_stand_beside() -> None:
    def sold(day: date, amount: int) -> Row:
        return {"occurred_on": day, "net_amount": Decimal(amount)}

    frame = reviewed(
        sale=[
            sold(date(2024, 12, 2), 1),
            sold(date(2025, 11, 20), 70),
            sold(date(2025, 11, 24), 9),
            sold(monday(1), 80),
            sold(monday(0), 90),
        ]
    )
    found = row(frame, "sales_amount")
    assert (found["value"], found["previous"], found["last_year"]) == (90, 80, 70)
    assert row(frame, "sales_amount", "ytd")["last_year"] == 70


def test_history_holds_the_reviewed_week_but_no_running_period() -> None:
    sales = [{"occurred_on": monday(n)} for n in range(20)]
    _, history = metric_values(facts(sale=sales), NO_TARGETS, CATALOGUE, STANDARD)
    mine = history.filter((pl.col("metric") == "sales_amount") & (pl.col("scope") == "company"))
    weeks = mine.filter(pl.col("period_kind") == "week")
    assert weeks.height == 20
    assert weeks["period_end"].max() == WEEK.ends_on
    assert set(mine["period_kind"]) == {"week", "month"}


@settings(max_examples=15)
@given(
    past=st.lists(st.tuples(st.integers(0, 110), st.integers(0, 9)), max_size=30),
    seen_long_ago=st.booleans(),
)
def test_without_history_the_values_are_the_same(
    past: list[tuple[int, int]], seen_long_ago: bool
) -> None:
    """A team last seen 100 weeks ago keeps its zero."""
    old = [(100, 3)] if seen_long_ago else []
    rows: dict[str, list[Row]] = {
        "deal_closed": [item for weeks_ago, won in past for item in closed(weeks_ago, won, 9)],
        "sale": [{"occurred_on": monday(weeks_ago), "team": "二部"} for weeks_ago, _ in past + old],
    }
    plan = targets(target(NOVEMBER, 500))
    whole, _ = metric_values(facts(**rows), plan, CATALOGUE, STANDARD)
    alone, none = metric_values(facts(**rows), plan, CATALOGUE, STANDARD, keeps_history=False)
    assert_frame_equal(alone, whole)
    assert none.is_empty()


def test_no_facts_make_no_values() -> None:
    assert reviewed(targets(target(NOVEMBER, 5))).is_empty()
