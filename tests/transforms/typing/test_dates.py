"""Days and instants out of what exports write."""

from datetime import date

import polars as pl
import pytest

from transforms.typing.dates import days, instants, looks_like_a_date, serial_numbers


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03",
        "2026/11/3",
        "2026.11.3",
        "2026年11月3日",
        "20261103",
        "2026-11-03 08:15:00",
        "2026-11-03T08:15:00Z",
        "2026-11-03 08:15:00.827000000",
        "２０２６-11-03",
        "2026年11月3日8时15分",
    ],
)
def test_day_is_read(text: str) -> None:
    assert days(pl.Series([text])).item() == date(2026, 11, 3)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01", "11/03/2026", "2026-11", "43659", "x"]
)
def test_what_is_no_day_is_null(text: str) -> None:
    assert days(pl.Series([text])).to_list() == [None]


def test_stated_formats_are_tried_in_order() -> None:
    cells = pl.Series(["03.11.2026", "2026-11-04", "20261105"])
    found = days(cells, ("%d.%m.%Y", "%Y-%m-%d"))
    assert found.to_list() == [date(2026, 11, 3), date(2026, 11, 4), None]


def test_serial_number_is_a_day_only_where_it_is_said() -> None:
    cells = pl.Series(["46329", "2026-11-03"])
    assert days(cells, is_serial=True).to_list() == [date(2026, 11, 3), date(2026, 11, 3)]


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        pytest.param("2026-11-03 08:15", "Asia/Shanghai", "2026-11-03 00:15", id="local time"),
        pytest.param("2026-11-03T08:15:00Z", "Asia/Shanghai", "2026-11-03 08:15", id="utc stated"),
        pytest.param("2026-11-03 08:15:00+02:00", "Asia/Shanghai", "2026-11-03 06:15", id="offset"),
        pytest.param("2026-11-03", "Asia/Shanghai", "2026-11-02 16:00", id="midnight"),
        pytest.param("2026-11-01 01:30:00", "America/New_York", "2026-11-01 05:30", id="twice"),
        pytest.param("2026-03-08 02:30:00", "America/New_York", None, id="skipped by the clock"),
    ],
)
def test_instant_is_utc(text: str, zone: str, expected: str | None) -> None:
    found = instants(pl.Series([text]), zone).dt.to_string("%Y-%m-%d %H:%M")
    assert found.to_list() == [expected]


def test_number_that_a_spreadsheet_took_for_a_date_is_turned_back() -> None:
    cells = pl.Series(["2019-07-13", "75123", "x", None, "2019-07-13 12:00:00"])
    assert serial_numbers(cells).to_list() == ["43659", "75123", None, None, None]


def test_impossible_day_is_told_from_other_text() -> None:
    cells = pl.Series(["2026-02-30", "20260230", "2026年2月30日", "下周", None])
    assert looks_like_a_date(cells).to_list() == [True, True, True, False, False]
