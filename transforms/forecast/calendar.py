"""The same point of past periods, and how far working days reach."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.calendar import (
    Unit,
    add_months,
    day_weights,
    days_between,
    is_workday,
    period_end,
    period_start,
)
from transforms.parameters import Calendar

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MONTHS: Final[dict[Unit, int]] = {"month": 1, "quarter": 3, "year": 12}
MOST: Final[dict[Unit, int]] = {"month": 24, "quarter": 12, "year": 4}
"""Past periods that a forecast is tested on, where the history reaches so far."""
_DAY: Final = timedelta(days=1)
_SPARE: Final = timedelta(days=400)


@dataclass(frozen=True)
class Origin:
    """A day in a period on which the period's end is forecast."""

    at: date
    start: date
    end: date


class Days:
    """Working days and plan weights of every day from a year before `first` past `last`."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        """Lay the days out once; sums over any stretch are then two look-ups."""
        self._first = first - _SPARE
        days = days_between(self._first, last + _SPARE)
        works = [is_workday(day, calendar) for day in days]
        weights = day_weights(calendar, days[0], days[-1])
        self._works: IntArray = np.cumsum([0, *works], dtype=np.int64)
        self._weights: FloatArray = np.cumsum([0.0, *(float(weights[day]) for day in days)])

    def _at(self, day: date) -> int:
        return (day - self._first).days + 1

    def workdays(self, after: date, last: date) -> int:
        """Working days after a day, up to the last one."""
        return int(self._works[self._at(last)] - self._works[self._at(after)])

    def weight(self, after: date, last: date) -> float:
        """Plan weight (working day × season) after a day, up to the last one."""
        return float(self._weights[self._at(last)] - self._weights[self._at(after)])

    def reached(self, after: date, left: int, days: int) -> date:
        """The day on which so many working days have passed; calendar days where none are left."""
        if not left:
            return after + timedelta(days=days)
        place = np.searchsorted(self._works, self._works[self._at(after)] + left, "left")
        return self._first + timedelta(days=int(place) - 1)

    def same_point(self, start: date, end: date, left: int, days: int) -> date:
        """The last day of a period with so many working days left, or the day before it began."""
        if not left:
            return max(end - timedelta(days=days), start - _DAY)
        place = np.searchsorted(self._works, self._works[self._at(end)] - left, "right")
        return max(self._first + timedelta(days=int(place) - 2), start - _DAY)


def origins(
    days: Days, as_of: date, unit: Unit, fiscal_year_starts_in: int, first: date
) -> list[Origin]:
    """The as-of date in its period, then the same point of past periods, newest first.

    The same point is the day with as many working days left. Past periods lie within the history,
    which begins on `first`, and there are at most `MOST` of them.
    """
    start = period_start(as_of, unit, fiscal_year_starts_in)
    end = period_end(as_of, unit, fiscal_year_starts_in)
    left, calendar_days = days.workdays(as_of, end), (end - as_of).days
    found = [Origin(as_of, start, end)]
    for back in range(1, MOST[unit] + 1):
        then = add_months(start, -MONTHS[unit] * back)
        if then < first:
            break
        last = period_end(then, unit, fiscal_year_starts_in)
        found.append(Origin(days.same_point(then, last, left, calendar_days), then, last))
    return found
