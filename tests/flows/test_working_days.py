"""The company's calendar with the public holidays of its country."""

from datetime import date, timedelta

import pytest

from flows.errors import SettingsError
from flows.settings.company import CalendarSettings
from flows.working_days import calendar_parameters
from transforms.calendar import is_workday, review_week
from transforms.parameters import Calendar

WEEK = review_week("2026-W07")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 2, 14), True, id="调休 on a Saturday"),
        pytest.param(date(2026, 2, 17), False, id="Spring Festival"),
        pytest.param(date(2026, 2, 18), True, id="the settings say so"),
        pytest.param(date(2026, 2, 25), True, id="an ordinary Wednesday"),
        pytest.param(date(2026, 3, 2), False, id="the settings take it off"),
        pytest.param(date(2026, 3, 7), False, id="an ordinary Saturday"),
    ],
)
def test_days_of_work(day: date, works: bool) -> None:
    settings = CalendarSettings(
        extra_holidays=frozenset({date(2026, 3, 2)}), extra_workdays=frozenset({date(2026, 2, 18)})
    )
    assert is_workday(day, calendar_parameters(settings, WEEK)) is works


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        pytest.param(
            "CN", date(2025, 1, 26), True, id="CN: 调休 on a Sunday before Spring Festival"
        ),
        pytest.param("CN", date(2025, 2, 8), True, id="CN: 调休 on a Saturday after it"),
        pytest.param("CN", date(2025, 10, 8), False, id="CN: the last day of National Day"),
        pytest.param("US", date(2026, 7, 3), False, id="US: the 4th is a Saturday"),
        pytest.param("US", date(2026, 11, 26), False, id="US: Thanksgiving"),
        pytest.param("DE", date(2026, 5, 25), False, id="DE: Pentecost Monday"),
        pytest.param("DE", date(2026, 11, 26), True, id="DE: no Thanksgiving"),
        pytest.param("JP", date(2026, 5, 6), False, id="JP: substitute holiday"),
        pytest.param("GB", date(2026, 12, 28), False, id="GB: Boxing Day is a Saturday"),
    ],
)
def test_d2_holidays_of_other_countries(country: str, day: date, works: bool) -> None:
    week = review_week("2026-W48")
    calendar = calendar_parameters(CalendarSettings(country=country), week)
    assert is_workday(day, calendar) is works


def test_without_a_country_only_the_week_counts() -> None:
    assert calendar_parameters(CalendarSettings(country=None), WEEK).holidays == frozenset()


def test_unknown_country_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="CHN"):
        calendar_parameters(CalendarSettings(country="CHIN"), WEEK)


def test_the_same_calendar_reads_the_same_in_every_process() -> None:
    """The identity of an edition is a hash of the parameters; sets of days have no order."""
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(40)]
    there, back = Calendar(holidays=frozenset(days)), Calendar(holidays=frozenset(days[::-1]))
    assert repr(there) == repr(back)
    shown = repr(there)
    assert [shown.index(repr(day)) for day in days] == sorted(shown.index(repr(d)) for d in days)
