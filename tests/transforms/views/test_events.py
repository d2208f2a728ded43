"""Events annotate the trend lines (D-28)."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.transforms.views.builders import inputs
from tests.transforms.views.frames import WEEK, frame
from transforms.tables.plan import Event
from transforms.views.book import Book
from transforms.views.cells import Group, Term, Text
from transforms.views.model import Mark
from transforms.views.summary import summary

STORM: dict[str, Any] = {
    "event_id": "E1",
    "starts_on": WEEK.starts_on - timedelta(weeks=1),
    "ends_on": WEEK.starts_on - timedelta(days=3),
    "scope_kind": "region",
    "scope": "华东",
    "description": "华东暴雨，线下拜访量减少 30 %",
    "direction": "down",
}


def book(*events: dict[str, Any], scope: tuple[str, str] = ("company", "company")) -> Book:
    rows = frame(Event, [*events])
    return Book(inputs(event=rows), *scope)


def test_d28_an_event_is_a_numbered_mark_with_its_text_below() -> None:
    shown = summary(book(STORM), ())
    assert shown.weeks is not None
    assert shown.months is not None
    assert shown.weeks.marks == (Mark("①", 4),)
    month = shown.months.periods[shown.months.marks[0].place].label
    assert month.starts_on <= STORM["starts_on"] <= month.ends_on  # type: ignore[union-attr]
    (said,) = shown.events
    cells = dict(said.cells)
    assert cells["mark"] == Text("①")
    assert cells["event"] == Text("华东暴雨，线下拜访量减少 30 %")
    assert cells["scope"] == Text("华东")
    assert cells["direction"] == Term("event_direction", "down")
    assert isinstance(cells["days"], Group)


def test_d28_numbers_are_the_same_on_both_series_in_the_order_of_time() -> None:
    fair = STORM | {
        "event_id": "E0",
        "starts_on": date(2026, 4, 19),
        "ends_on": None,
        "scope": None,
    }
    shown = summary(book(STORM, fair | {"scope_kind": None}), ())
    assert shown.months is not None
    assert shown.weeks is not None
    assert [mark.label for mark in shown.months.marks] == ["①", "②"]
    assert [mark.label for mark in shown.weeks.marks] == ["②"]
    assert [dict(said.cells)["mark"] for said in shown.events] == [Text("①"), Text("②")]


def test_d28_what_lasts_into_the_time_shown_stands_at_its_first_period() -> None:
    long = STORM | {"starts_on": date(2026, 9, 1), "ends_on": WEEK.ends_on}
    shown = summary(book(long), ())
    assert shown.weeks is not None
    assert shown.weeks.marks == (Mark("①", 0),)


def test_d28_only_the_latest_events_are_shown() -> None:
    days = [WEEK.starts_on - timedelta(days=back) for back in range(20, 10, -1)]
    many = [
        STORM | {"event_id": f"E{n:02d}", "starts_on": day, "ends_on": None}
        for n, day in enumerate(days)
    ]
    shown = summary(book(*many), ())
    assert len(shown.events) == 6
    assert dict(shown.events[-1].cells)["mark"] == Text("⑥")


@pytest.mark.parametrize(
    ("kind", "scope", "is_shown"),
    [
        pytest.param("company", "company", True, id="everybody"),
        pytest.param("region", "华东", True, id="own region"),
        pytest.param("team", "华东二部", True, id="own team"),
        pytest.param("channel", "展会", True, id="a channel is nobody's"),
        pytest.param("region", "华南", False, id="another region"),
        pytest.param("team", "华南一部", False, id="another team"),
    ],
)
def test_d28_a_team_sees_the_events_that_touch_it(kind: str, scope: str, is_shown: bool) -> None:
    event = STORM | {"scope_kind": kind, "scope": scope}
    assert bool(summary(book(event, scope=("team", "华东二部")), ()).events) == is_shown


def test_d28_events_ahead_and_long_past_are_no_marks() -> None:
    ahead = STORM | {"starts_on": WEEK.ends_on + timedelta(days=1), "ends_on": None}
    past = STORM | {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 1, 2)}
    assert summary(book(ahead, past | {"event_id": "E2"}), ()).events == ()
