"""Rules that forecast the end of a period from what was known at a day in it.

The run rate of what has no pipeline is a pool of three: the *level* (the last 13 weeks, per plan
weight of a day), *last year's rest* (the same working days of last year × the growth since) and
the *same point* (what the same stretch brought in the last periods). Each is weighted by the
inverse of its mean squared error at earlier origins (Bates and Granger 1969), so that a company
whose orders fall on the last day of a month is read differently from one that sells evenly.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from math import nan
from typing import Final

import numpy as np

from transforms.calendar import add_months
from transforms.forecast.calendar import Days, FloatArray, Origin
from transforms.forecast.series import Series

LEVEL_DAYS: Final = timedelta(days=91)
GROWTH_DAYS: Final = timedelta(days=365)
LAST_PERIODS: Final = {1: 3, 3: 4}
"""Months in a period to past periods that the rule *same point* looks at."""
FEWEST_ERRORS: Final = 3
"""Errors of every rule of a pool before they weigh it; until then its rules weigh the same."""
_YEAR: Final = 12
_DAY: Final = timedelta(days=1)
_TINY: Final = 1e-6


def last_year(series: Series, days: Days, points: Sequence[Origin]) -> FloatArray:
    """Naive rule 1: the whole period will bring what it brought last year."""
    del days
    found = []
    for point in points:
        start, end = _year_before(point)
        found.append(series.total(start - _DAY, end))
    return _array(found)


def run_rate(series: Series, days: Days, points: Sequence[Origin]) -> FloatArray:
    """Naive rule 2: what was reached ÷ the share of the period's plan weight that has passed."""
    found = []
    for point in points:
        reached = series.total(point.start - _DAY, point.at)
        whole = days.weight(point.start - _DAY, point.end)
        passed = days.weight(point.start - _DAY, point.at)
        found.append(None if reached is None or not passed else reached / passed * whole)
    return _array(found)


def level_rest(series: Series, days: Days, points: Sequence[Origin]) -> FloatArray:
    """The rest of the period at the level of the 13 weeks before."""
    found = []
    for point in points:
        since = point.at - LEVEL_DAYS
        brought = series.total(since, point.at)
        passed = days.weight(since, point.at)
        rest = days.weight(point.at, point.end)
        found.append(None if brought is None or not passed else brought / passed * rest)
    return _array(found)


def last_year_rest(series: Series, days: Days, points: Sequence[Origin]) -> FloatArray:
    """The rest of the period as last year, times the growth of up to a year since.

    None below 13 weeks of history before last year's day, or where a side of the growth is not
    positive.
    """
    found: list[float | None] = []
    for point in points:
        start, end = _year_before(point)
        left, calendar_days = days.workdays(point.at, point.end), (point.end - point.at).days
        then = days.same_point(start, end, left, calendar_days)
        length = min(GROWTH_DAYS, then - series.first + _DAY)
        rest = series.total(then, end)
        before = series.total(then - length, then)
        now = series.total(point.at - length, point.at)
        is_long = length >= LEVEL_DAYS
        if rest is None or before is None or now is None or not is_long or min(before, now) <= 0:
            found.append(None)
        else:
            found.append(rest * now / before)
    return _array(found)


def same_point_rest(series: Series, days: Days, points: Sequence[Origin]) -> FloatArray:
    """The rest of the period as that of the last periods from the same point, by plan weight."""
    found: list[float | None] = []
    for place, point in enumerate(points):
        months = round((point.end - point.start).days / 30)
        past = points[place + 1 : place + 1 + LAST_PERIODS.get(months, 1)]
        rests = [series.total(item.at, item.end) for item in past]
        known = [rest for rest in rests if rest is not None]
        if not past or len(known) < len(past):
            found.append(None)
            continue
        weight = sum(days.weight(item.at, item.end) for item in past)
        own = days.weight(point.at, point.end)
        scale = own / weight if weight else 1 / len(past)
        found.append(sum(known) * scale)
    return _array(found)


RESTS: Final[tuple[Callable[[Series, Days, Sequence[Origin]], FloatArray], ...]] = (
    level_rest,
    last_year_rest,
    same_point_rest,
)


def pooled(rests: Sequence[FloatArray], actual: FloatArray) -> FloatArray:
    """Mix rules by the inverse of their mean squared error at earlier origins.

    Every array runs over the origins, newest first; `actual` is what the rest brought, unknown
    (nan) at the first. A rule without a figure at an origin has no part in it there.
    """
    figures = np.array(rests)
    errors = (figures - actual) ** 2
    mixed = np.full(figures.shape[1], nan)
    for place in range(figures.shape[1]):
        usable = np.isfinite(figures[:, place])
        if not usable.any():
            continue
        past = errors[usable, place + 1 :]
        past = past[:, np.isfinite(past).all(axis=0)]
        weights = np.ones(int(usable.sum()))
        if past.shape[1] >= FEWEST_ERRORS:
            mean = past.mean(axis=1)
            floor = _TINY * max(float(mean.max()), _TINY)
            weights = 1 / np.maximum(mean, floor)
        mixed[place] = float((figures[usable, place] * weights).sum() / weights.sum())
    return mixed


def _year_before(point: Origin) -> tuple[date, date]:
    start = add_months(point.start, -_YEAR)
    end = add_months(point.end + _DAY, -_YEAR) - _DAY
    return start, end


def _array(values: Sequence[float | None]) -> FloatArray:
    return np.array([nan if value is None else value for value in values], dtype=np.float64)
