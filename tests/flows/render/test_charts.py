"""Charts are placed right: zero lines, scales, breaks."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.render.charts import bar, bridge, columns, gantt, marks, spark
from transforms.views.cells import Bar, Gantt, Spark, Text, say
from transforms.views.model import Bridge, BridgePart, Mark, Period, Series


def _bridge(reference: int, *parts: int) -> Bridge:
    made = tuple(BridgePart(Text("x"), Decimal(part), None, part > 0) for part in parts)
    actual = Decimal(reference + sum(parts))
    return Bridge("bridge", say("in_brackets"), "count", "plan", Decimal(reference), made, actual)


@pytest.mark.parametrize(
    ("value", "left", "width"),
    [
        pytest.param(-50, 25.0, 25.0, id="half to the left"),
        pytest.param(100, 50.0, 50.0, id="all to the right"),
    ],
)
def test_bars_start_at_zero_on_the_common_scale(value: int, left: float, width: float) -> None:
    box, zero = bar(Bar(Decimal(value), Decimal(100), value > 0), 100, 11)
    assert (box.x, box.width, zero) == (left, width, 50.0)


def test_a_bar_that_nobody_judges_starts_at_the_left() -> None:
    box, zero = bar(Bar(Decimal(50), Decimal(100)), 100, 11)
    assert (box.x, box.width, zero) == (0.0, 50.0, 0.0)


def test_a_bridge_far_above_zero_has_a_break_mark() -> None:
    assert bridge(_bridge(5461, -231, -89), 300, 100).cuts
    assert not bridge(_bridge(100, -80), 300, 100).cuts


@given(st.integers(1, 10**6), st.lists(st.integers(-(10**5), 10**5), max_size=6))
def test_each_column_of_a_bridge_begins_where_the_last_ended(first: int, parts: list[int]) -> None:
    shape = bridge(_bridge(first, *parts), 400, 120)
    for before, after in zip(shape.links, (*shape.parts, shape.ends[1]), strict=True):
        top, foot = after.box.y, after.box.y + after.box.height
        assert min(abs(before[2] - top), abs(before[2] - foot)) <= 0.7
    for step in (*shape.ends, *shape.parts):
        assert 0 <= step.box.y <= 121
        assert step.box.x + step.box.width <= 400


def test_columns_start_at_zero_on_one_scale() -> None:
    series = Series(
        "weeks",
        "count",
        (Period(Text("a"), Decimal(100), Decimal(50)), Period(Text("b"), Decimal(50), None)),
    )
    first, second = columns(series, 100, 59, top=9)
    assert first.actual is not None
    assert second.actual is not None
    assert first.actual.height == 2 * second.actual.height == 50
    assert second.prior is None


def test_a_trend_marks_its_last_point_and_band() -> None:
    points = tuple(Decimal(value) for value in (5, 6, 4, 5))
    band = ((Decimal(3), Decimal(7)),) * 4
    shape = spark(Spark(points, band, Decimal(5), is_signal=True), 80, 16)
    assert shape.last == (78.0, shape.last[1] if shape.last else None)
    assert len(shape.band.split()) == 8
    assert shape.is_signal


def test_a_noise_band_moves_with_what_each_week_weighs() -> None:
    """D-16: the band is as narrow as the week is short, and spans the whole width."""
    points = tuple(Decimal(value) for value in (10, 4, 10))
    band = tuple((Decimal(low), Decimal(high)) for low, high in ((8, 12), (3, 5), (8, 12)))
    corners = [
        tuple(map(float, each.split(",")))
        for each in spark(Spark(points, band), 80, 16).band.split()
    ]
    upper, lower = corners[:3], corners[:2:-1]
    assert [x for x, _ in upper] == [x for x, _ in lower] == [0, 40, 80]
    heights = [below - above for (_, above), (_, below) in zip(upper, lower, strict=True)]
    assert heights[0] == heights[2] == pytest.approx(2 * heights[1], abs=0.3)


def test_a_trend_without_points_is_empty() -> None:
    assert spark(Spark(()), 80, 16).line == ""


def test_gantt_places_plan_progress_and_today() -> None:
    planned, done, now, diamond = gantt(Gantt(10, 50, 30, 40, 100, is_late=False), 200)
    assert diamond == ""
    assert (planned.x, planned.width, done.width, now) == (20.0, 80.0, 40.0, 80.0)


def test_d8_a_milestone_is_a_diamond_at_its_end_and_stays_on_the_paper() -> None:
    cell = Gantt(10, 100, 30, 40, 100, is_late=False, is_milestone=True)
    assert gantt(cell, 200)[3] == "M190 5L195 0.5L200 5L195 9.5Z"


def test_d28_marks_of_one_column_stand_side_by_side_below_it() -> None:
    periods = tuple(Period(Text(name), Decimal(10)) for name in "ab")
    model = Series("weeks", "count", periods, (Mark("①", 1), Mark("②", 1), Mark("③", 0)))
    shapes = columns(model, 100, 59)
    assert marks(model, shapes) == ((25.0, "③"), (71.0, "①"), (79.0, "②"))
