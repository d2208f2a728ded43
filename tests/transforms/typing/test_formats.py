"""Stated date formats are read strictly: a text of another form is no date, never another one."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.typing.dates import days, instants, looks_like_a_date
from transforms.typing.formats import complaint


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        pytest.param("%d.%m.%Y", "3.11.2026", "2026-11-03 00:00", id="one digit"),
        pytest.param("%d/%m/%y", "03/11/26", "2026-11-03 00:00", id="two-digit year"),
        pytest.param("%d/%m/%y", "03/11/69", "1969-11-03 00:00", id="two-digit year of 19xx"),
        pytest.param("%Y%m%d", "20261103", "2026-11-03 00:00", id="nothing between"),
        pytest.param("%m/%d/%Y %I:%M %p", "11/3/2026 3:05 PM", "2026-11-03 15:05", id="PM"),
        pytest.param("%m/%d/%Y %I:%M %p", "11/3/2026 12:05 am", "2026-11-03 00:05", id="after 12"),
        pytest.param("%Y/%m/%d %p%I:%M", "2026/11/3 下午 3:05", "2026-11-03 15:05", id="下午"),
        pytest.param("%Y/%m/%d %p%I:%M:%S", "2026/11/3 上午12:05:00", "2026-11-03 00:05", id="AM"),
        pytest.param("%d-%b-%y", "3-Nov-26", "2026-11-03 00:00", id="month by name"),
        pytest.param("%A, %d %B %Y", "Tuesday, 3 November 2026", "2026-11-03 00:00", id="weekday"),
        pytest.param(
            "%Y年%m月%d日 %H时%M分", "2026年11月3日 8时15分", "2026-11-03 08:15", id="Chinese"
        ),
        pytest.param("%m/%d/%Y", "\u200e11/\u200e3/\u200e2026", "2026-11-03 00:00", id="hidden"),
        pytest.param("%d.%m.%Y", "０３.１１.２０２６", "2026-11-03 00:00", id="full width"),
        pytest.param("%F %T%.f", "2026-11-03 08:15:00.25", "2026-11-03 08:15", id="fraction"),
        pytest.param("epoch_seconds", "1793693700", "2026-11-03 16:15", id="seconds"),
        pytest.param("epoch_milliseconds", "1793693700000", "2026-11-03 16:15", id="milliseconds"),
        pytest.param("excel_serial", "46329", "2026-11-03 00:00", id="serial"),
        pytest.param("excel_serial", "46329.34375", "2026-11-03 08:15", id="serial with time"),
    ],
)
def test_stated_form_is_read(form: str, text: str, expected: str) -> None:
    zone = "Asia/Shanghai"
    local = instants(pl.Series([text]), zone, (form,)).dt.replace_time_zone("UTC")
    found = local.dt.convert_time_zone(zone).dt.to_string("%Y-%m-%d %H:%M")
    assert found.to_list() == [expected]
    assert days(pl.Series([text]), (form,), zone=zone).item().isoformat() == expected[:10]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        pytest.param("%d.%m.%Y", "03.11.26", id="two digits are no year of four"),
        pytest.param("%d/%m/%y", "03/11/2026", id="four digits are no year of two"),
        pytest.param("%Y%m%d", "2026113", id="seven digits have two meanings"),
        pytest.param("%Y-%m-%d", "2026-11-03 08:15", id="text behind it"),
        pytest.param("%Y-%m-%d", "am 2026-11-03", id="text before it"),
        pytest.param("%d/%m/%Y", "11/13/2026", id="no such month"),
        pytest.param("%m/%d/%Y %I:%M %p", "11/3/2026 15:05 PM", id="hour 15 of twelve"),
        pytest.param("%m/%d/%Y %I:%M %p", "11/3/2026 0:05 AM", id="hour 0 of twelve"),
        pytest.param("%F %T", "2026-11-03 08:15:60", id="second 60"),
        pytest.param("%d-%b-%y", "3-Now-26", id="no such name"),
        pytest.param("%d/%m/%y %I:%M %p", "٠٣/١١/٢٦ ٣:٠٥ PM", id="digits of another script"),
        pytest.param("epoch_seconds", "1793693700000", id="milliseconds are no seconds"),
        pytest.param("epoch_milliseconds", "1793693700", id="seconds are no milliseconds"),
        pytest.param("epoch_milliseconds", "1.7936937E12", id="digits lost"),
        pytest.param("excel_serial", "2026", id="a year is no serial"),
        pytest.param("excel_serial", "20261103", id="digits of a day are no serial"),
    ],
)
def test_text_of_another_form_is_no_date(form: str, text: str) -> None:
    assert days(pl.Series([text]), (form,)).to_list() == [None]


@pytest.mark.parametrize(
    "text", ["26-11-03", "1-1-1", "2026-11-03 13:05 PM", "2026-11-03 上午", "٢٠٢٦-١١-٠٣ ٨:١٥ PM"]
)
def test_without_formats_a_doubtful_text_is_no_date(text: str) -> None:
    assert days(pl.Series([text])).to_list() == [None]


@pytest.mark.parametrize(
    "text", ["2026/11/3 下午3:05", "2026-11-03 3:05 PM", "2026年11月3日 下午3点5分"]
)
def test_twelve_hour_times_need_no_format(text: str) -> None:
    found = instants(pl.Series([text]), "UTC").dt.to_string("%Y-%m-%d %H:%M")
    assert found.to_list() == ["2026-11-03 15:05"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        pytest.param("%d.%m", "no year", id="no year"),
        pytest.param("%d.%m.%Y %d", "%d twice", id="twice"),
        pytest.param("%Y-%y-%m-%d", "stated once", id="two years"),
        pytest.param("%Y-%m-%d %I:%M", "go together", id="half of the day unknown"),
        pytest.param("%Y-%U-%d", "%U is not understood", id="unknown directive"),
        pytest.param("epoch_minutes", "no year", id="unknown name"),
    ],
)
def test_form_that_cannot_be_read_says_why(form: str, says: str) -> None:
    assert says in str(complaint(form))


def test_day_of_an_epoch_time_is_that_of_the_company() -> None:
    late = pl.Series(["1793723400"])  # 2026-11-03 16:30 UTC
    assert days(late, ("epoch_seconds",), zone="Asia/Shanghai").item() == date(2026, 11, 4)
    assert days(late, ("epoch_seconds",), zone="America/New_York").item() == date(2026, 11, 3)


def test_impossible_day_of_a_stated_form_is_told_from_other_text() -> None:
    cells = pl.Series(["31/02/2026", "下周", None])
    assert looks_like_a_date(cells, ("%d/%m/%Y",)).to_list() == [True, False, False]


_MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2199, 12, 30)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0)
)


@given(
    moment=_MOMENTS,
    form=st.sampled_from(["%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p", "%Y%m%d%H%M", "%d %B %Y %H:%M"]),
)
def test_law_what_strftime_writes_is_read_back(moment: datetime, form: str) -> None:
    found = instants(pl.Series([moment.strftime(form)]), "UTC", (form,))
    assert found.to_list() == [moment]


@given(moment=_MOMENTS)
def test_law_epochs_and_serials_are_read_back(moment: datetime) -> None:
    seconds = int(moment.replace(tzinfo=UTC).timestamp())
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    for form, text in (
        ("epoch_seconds", f"{seconds}"),
        ("epoch_milliseconds", f"{seconds}000"),
        ("excel_serial", f"{serial:.10f}"),
    ):
        assert instants(pl.Series([text]), "UTC", (form,)).to_list() == [moment]
