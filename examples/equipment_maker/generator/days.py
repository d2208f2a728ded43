"""The time axis: the generator counts in working days, so that nothing happens on a holiday."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import holidays
import numpy as np

from generator.randomness import FloatArray, IntArray

WEEKS: Final = 156
"""Three years of exports."""
WARM_UP_WEEKS: Final = 30
"""Simulated before the first exported day, so that the pipeline is full when the exports begin."""
AHEAD_DAYS: Final = 250
"""Known after the last day: due dates and expected closes."""
GROWTH: Final = 1.12
"""Growth of sales a year."""
SEASON: Final = (0.88, 0.80, 1.02, 1.00, 0.99, 1.08, 0.98, 0.96, 1.05, 1.02, 1.08, 1.14)
"""Season weight of a working day in January … December; fupan.toml says the same."""
_EPOCH: Final = date(1970, 1, 1)


def to_date(day: int) -> date:
    """Turn days since 1970-01-01 into a date."""
    return _EPOCH + timedelta(days=int(day))


def to_day(value: date) -> int:
    """Turn a date into days since 1970-01-01."""
    return (value - _EPOCH).days


def end_of_week(label: str) -> date:
    """Give the Sunday of an ISO week such as 2026-W46; raises ValueError where there is none."""
    year, _, week = label.partition("-W")
    return date.fromisocalendar(int(year), int(week), 7)


@dataclass(frozen=True)
class Days:
    """The working days from the warm-up to some months after the end; positions count them."""

    end: int
    """Last exported day (a Sunday), in days since 1970-01-01."""

    @property
    def start(self) -> int:
        """First exported day, a Monday."""
        return self.end - 7 * WEEKS + 1

    @cached_property
    def calendar(self) -> IntArray:
        """Every working day as days since 1970-01-01, ascending."""
        first, last = self.start - 7 * WARM_UP_WEEKS, self.end + AHEAD_DAYS
        years = range(to_date(first).year, to_date(last).year + 1)
        off = holidays.country_holidays("CN", years=years)
        made_up = off.weekend_workdays
        days = [
            day
            for day in range(first, last + 1)
            for value in (to_date(day),)
            if value in made_up or (value.weekday() < 5 and value not in off)
        ]
        return np.array(days, dtype=np.int64)

    @cached_property
    def months(self) -> IntArray:
        """Month (1 to 12) of each working day."""
        return np.array([to_date(day).month for day in self.calendar], dtype=np.int64)

    @cached_property
    def past(self) -> int:
        """Number of working days up to the end."""
        return self.position(self.end + 1)

    @cached_property
    def growth(self) -> FloatArray:
        """Years from the end, per working day (negative in the past)."""
        return np.asarray((self.calendar - self.end) / 365.25)

    @cached_property
    def sales_index(self) -> FloatArray:
        """Expected sales of a working day, 1 = a mean day at the end: growth, season, new year."""
        index = GROWTH**self.growth * np.array(SEASON)[self.months - 1]
        return np.asarray(index / np.mean(np.array(SEASON)))

    def position(self, day: int) -> int:
        """Position of the first working day on or after a day."""
        return int(np.searchsorted(self.calendar, day))

    def on(self, positions: IntArray) -> IntArray:
        """Days of positions; past the known days the last one."""
        return np.asarray(self.calendar[np.clip(positions, 0, len(self.calendar) - 1)])

    def between(self, first: int, last: int) -> slice:
        """Positions of the working days from a day to a day, both included."""
        return slice(self.position(first), self.position(last + 1))
