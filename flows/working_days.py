"""The calendar of a company: its settings joined with the public holidays of its country."""

from datetime import date
from typing import Final

import holidays
from holidays.registry import COUNTRIES

from flows.errors import SettingsError, nearest
from flows.settings.company import CalendarSettings
from transforms.parameters import Calendar, ReviewWeek

YEARS_BEFORE: Final = 12
"""Years before the reviewed week whose holidays are known: targets may reach that far back."""

YEARS_AFTER: Final = 2


def calendar_parameters(settings: CalendarSettings, week: ReviewWeek) -> Calendar:
    """Turn the calendar settings into the parameters of the transforms.

    Days off that fall on a working weekday come from the `holidays` package, as do make-up
    working days (调休); the settings add to both. Raises SettingsError for an unknown country.
    """
    year = week.ends_on.year
    off, extra = _public(settings.country, range(year - YEARS_BEFORE, year + YEARS_AFTER + 1))
    return Calendar(
        week_ends_on=settings.week_ends_on,
        fiscal_year_starts_in=settings.fiscal_year_starts_in,
        holidays=frozenset(
            day
            for day in (off | settings.extra_holidays) - settings.extra_workdays
            if day.isoweekday() in settings.works_on
        ),
        extra_workdays=(extra | settings.extra_workdays) - settings.extra_holidays,
        works_on=settings.works_on,
        month_weights=settings.month_weights,
    )


def _public(country: str | None, years: range) -> tuple[frozenset[date], frozenset[date]]:
    if not country:
        return frozenset(), frozenset()
    codes = {code for _, *codes in COUNTRIES.values() for code in codes}
    # asking the package for every name it knows loads the rules of every country
    known = codes if country in codes else holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        message = f"calendar.country {country!r} has no known public holidays"
        raise SettingsError(
            message,
            where="fupan.toml",
            remedy=f'{nearest(country, known)} Or set country = "" and list extra_holidays',
        )
    found = holidays.country_holidays(country, years=years)
    extra: set[date] = getattr(found, "weekend_workdays", set())
    return frozenset(found), frozenset(day for day in extra if day.year in years)
