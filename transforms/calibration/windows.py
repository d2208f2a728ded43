"""The periods a target is held against: the same one of earlier years, and the three last ones."""

from datetime import date, timedelta
from typing import Final

from transforms.calendar import add_months
from transforms.calibration.heads import Window

YEARS: Final = 4
"""Years looked back: growth of three years needs four."""
BASE_PERIODS: Final = 3

_DAY: Final = timedelta(days=1)
_YEAR_MONTHS: Final = 12


def years_before(window: Window, years: int) -> Window:
    """The same period so many years earlier; a month's last day stays one.

    >>> years_before((date(2024, 2, 1), date(2024, 2, 29)), 1)
    (datetime.date(2023, 2, 1), datetime.date(2023, 2, 28))
    """
    return _moved(window, -years * _YEAR_MONTHS)


def base_windows(window: Window, as_of: date) -> list[Window]:
    """The last three periods of the window's length that had ended by a day, oldest first.

    >>> base_windows((date(2026, 12, 1), date(2026, 12, 31)), date(2026, 11, 22))[-1]
    (datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))
    """
    found: list[Window] = []
    back = 1
    while len(found) < BASE_PERIODS:
        earlier = _before(window, back)
        if earlier[1] <= as_of:
            found.append(earlier)
        back += 1
    return found[::-1]


def _before(window: Window, count: int) -> Window:
    months = _months(window)
    if months:
        return _moved(window, -count * months)
    length = window[1] - window[0] + _DAY
    return window[0] - count * length, window[1] - count * length


def _months(window: Window) -> int:
    """How many whole calendar months a window is; 0 where it is none."""
    after = window[1] + _DAY
    if window[0].day != 1 or after.day != 1:
        return 0
    return (after.year - window[0].year) * _YEAR_MONTHS + after.month - window[0].month


def _moved(window: Window, months: int) -> Window:
    after = window[1] + _DAY
    if after.day == 1:
        return add_months(window[0], months), add_months(after, months) - _DAY
    return add_months(window[0], months), add_months(window[1], months)
