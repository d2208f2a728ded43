"""Working days and season taken out of the noise (D-16)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.settings.company import CalendarSettings
from flows.working_days import calendar_parameters
from tests.transforms.quiet_weeks import (
    FIRST,
    KEYS,
    MONTHS,
    WEEKS,
    judge,
    points,
    week_of,
)
from transforms.catalogue import CATALOGUE
from transforms.noise_basis import noise_bases
from transforms.parameters import Calendar, Noise, Parameters
from transforms.signals import chart

CHINA = calendar_parameters(
    CalendarSettings(country="CN", month_weights=MONTHS), week_of(date(2027, 2, 1))
)
FLAT = Calendar()
NOISE = Noise()
REVIEWED = [FIRST + timedelta(weeks=number) for number in range(40, WEEKS)]
SPRING_FESTIVAL = date(2026, 2, 16)
"""2026: the whole week from the 16th on is off."""
NATIONAL_DAY = date(2026, 10, 5)
"""2026: from the 1st to the 7th; two working days and the Saturday that makes up."""


@cache
def company(seed: int) -> pl.DataFrame:
    return points(seed, CHINA)


def row(frame: pl.DataFrame, metric: str) -> dict[str, Any]:
    """The company's value of a metric."""
    mine = (pl.col("metric") == metric) & (pl.col("scope") == "company")
    return frame.row(by_predicate=mine, named=True)


def as_it_was(frame: pl.DataFrame, start: date) -> Iterator[bool]:
    """Signals of a week by limits of the values as they are."""
    weeks = frame.filter(pl.col("period_start") <= start).sort("period_start")
    for _, series in weeks.group_by(KEYS, maintain_order=True):
        *past, now = (Fraction(amount) for amount in series["numerator"])
        drawn = chart(past, now, NOISE)
        yield drawn is not None and drawn.is_signal


def test_a_metric_is_measured_on_the_basis_that_its_own_history_is_calmest_on() -> None:
    """Sales have the season of the plan, leads only its working days, and a ratio neither."""
    parameters = Parameters(week=week_of(REVIEWED[-1]), calendar=CHINA)
    found = noise_bases(company(1), CATALOGUE, parameters)
    assert dict(found.of_metric) == {"leads": "working_days", "sales_amount": "season"}
    assert found.basis("win_rate") == "as_is"


def test_a_company_that_works_through_is_taken_as_it_is() -> None:
    """A shop whose sales do not fall on holidays has no use for a calendar."""
    open_daily = points(3, replace(FLAT, works_on=(1, 2, 3, 4, 5, 6, 7)))
    parameters = Parameters(week=week_of(REVIEWED[-1]), calendar=CHINA)
    found = noise_bases(open_daily, CATALOGUE, parameters)
    assert dict(found.of_metric) == {"leads": "as_is", "sales_amount": "as_is"}


def test_without_calendar_and_season_limits_are_those_of_the_values_as_they_are() -> None:
    frame, start = points(2, FLAT), REVIEWED[-1]
    found = judge(frame, start, FLAT)
    assert found["noise_basis"].unique().to_list() == ["as_is"]
    assert found["week_weight"].null_count() == found.height
    assert found["is_signal"].to_list() == list(as_it_was(frame.sort(KEYS), start))


@given(
    values=st.lists(st.integers(0, 500), min_size=9, max_size=30),
    weight=st.sampled_from(["0.25", "1", "3"]),
)
def test_with_equal_weights_limits_are_those_of_the_plain_chart(
    values: list[int], weight: str
) -> None:
    """A calendar in which the reviewed weeks weigh alike changes nothing, whatever they weigh."""
    plain = replace(FLAT, month_weights=(Decimal(weight),) * 12)
    # a day off long before the values makes the weeks differ, so that working days are a basis
    start = FIRST + timedelta(weeks=len(values))
    calendar = replace(plain, holidays=frozenset({FIRST}))
    frame = points(0, FLAT).filter(pl.col("metric") == "leads", pl.col("scope") == "company")
    numbers = pl.Series("numerator", values).cast(frame.schema["numerator"])
    frame = frame.head(len(values) + 1).tail(len(values)).with_columns(numbers)
    frame = frame.with_columns(pl.col("numerator").cast(pl.Float64).alias("value"))
    found = row(judge(frame, start, calendar), "leads")
    drawn = chart([Fraction(n) for n in values[:-1]], Fraction(values[-1]), NOISE)
    if len(values) <= NOISE.minimum_weeks:
        assert drawn is None or len(values) > NOISE.minimum_weeks
        return
    assert drawn is not None
    assert found["limit_low"] == pytest.approx(float(drawn.low), abs=1e-6)
    assert found["limit_high"] == pytest.approx(float(drawn.high), abs=1e-6)
    assert found["is_signal"] == drawn.is_signal


def test_limits_move_with_the_weight_of_the_week() -> None:
    """National Day 2026 leaves three of five days: three fifths of the middle, √ of the width."""
    short, usual = (
        row(judge(company(2), start, CHINA), "leads")
        for start in (NATIONAL_DAY, NATIONAL_DAY - timedelta(weeks=5))
    )
    share = short["week_weight"] / usual["week_weight"]
    assert share == pytest.approx(0.6, rel=0.02)
    middles = [each["limit_low"] + each["limit_high"] for each in (short, usual)]
    widths = [each["limit_high"] - each["limit_low"] for each in (short, usual)]
    assert middles[0] / middles[1] == pytest.approx(share, rel=0.05)
    assert widths[0] / widths[1] == pytest.approx(share**0.5, rel=0.1)
    assert not short["is_signal"]


def test_a_week_without_a_working_day_is_not_due_and_no_zero() -> None:
    """D-15: neither red nor in the 13 weeks of the baseline of later weeks."""
    frame = company(1)
    off = row(judge(frame, SPRING_FESTIVAL, CHINA), "leads")
    assert (off["value"], off["week_weight"], off["limit_low"]) == (0, 0, None)
    assert (off["light"], off["light_reason"], off["is_signal"]) == ("grey", "not_due", None)
    later = SPRING_FESTIVAL + timedelta(weeks=4)
    without = frame.filter(pl.col("period_start") != SPRING_FESTIVAL)
    columns = ["metric", "scope", "baseline", "limit_low", "limit_high", "is_signal"]
    assert judge(frame, later, CHINA)[columns].equals(judge(without, later, CHINA)[columns])


def test_quiet_companies_raise_fewer_false_signals() -> None:
    """D-16: three companies, six series each, every week of a year and a half.

    By limits of the values as they are every seventh short week is a signal, and nearly every one
    without a working day.
    """
    frames = [
        pl.DataFrame(
            {
                "weight": found["week_weight"],
                "before": list(as_it_was(frame, start)),
                "after": found["is_signal"].fill_null(value=False),
            }
        )
        for frame in (company(seed).sort(KEYS) for seed in range(3))
        for start in REVIEWED
        for found in (judge(frame, start, CHINA),)
    ]
    every = pl.concat(frames)
    before, after = every.select(pl.col("before", "after").mean()).row(0)
    assert after < 0.03
    assert after < 0.75 * before
    before, after = every.filter(weight=0.0).select(pl.col("before", "after").mean()).row(0)
    assert (before > 0.8, after) == (True, 0)
    short = every.filter(pl.col("weight").is_between(0.1, 0.7))
    before, after = short.select(pl.col("before", "after").mean()).row(0)
    assert before > 0.1
    assert after < 0.03


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(date(2026, 11, 16), id="six weeks after National Day"),
        pytest.param(date(2026, 3, 16), id="a month after Spring Festival"),
        pytest.param(NATIONAL_DAY, id="a short week"),
    ],
)
def test_a_planted_shift_is_found(start: date) -> None:
    """Half the leads of one week; raw limits, swollen by the holidays before, miss most of them."""

    def plant(code: str, scope: str, week: date) -> float:
        return 0.5 if (code, scope, week) == ("leads", "company", start) else 1.0

    before = after = 0
    for seed in range(12):
        frame = points(seed, CHINA, plant)
        one = frame.filter(pl.col("metric") == "leads", pl.col("scope") == "company")
        before += next(as_it_was(one, start))
        after += bool(row(judge(frame, start, CHINA), "leads")["is_signal"])
    assert after >= 10
    assert after >= before
