"""The periods of a trend view: which days each covers, what it is compared with, its label."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from transforms.calendar import Unit, add_months, period_end, period_start, week_ending

Months = Literal["fiscal_year", "trailing_twelve_months"]

WEEKS: Final = 6
MONTHS: Final = 12
_WEEK: Final = timedelta(days=7)
_YEAR_OF_WEEKS: Final = 52
_UNITS: Final[dict[str, Unit]] = {"mtd": "month", "qtd": "quarter", "ytd": "year"}
_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Span:
    """The days from `start` to `end`, both included."""

    start: date
    end: date


@dataclass(frozen=True)
class Axis:
    """Every period of one trend view; a month that is not complete yet is None."""

    weeks_current: tuple[Span, ...]
    weeks_prior_year: tuple[Span, ...]
    months_current: tuple[Span | None, ...]
    months_prior_year: tuple[Span | None, ...]
    to_date: dict[str, Span]
    """mtd, qtd and ytd."""
    to_date_prior_year: dict[str, Span]
    labels: tuple[str, ...]


def axis(
    ends_on: date, months: Months, fiscal_year_ends_in: int = 12, week_number: int | None = None
) -> Axis:
    """Lay out the view of the week that ends on a day.

    A week is compared with the one 364 days before, which ends on the same weekday; everything
    else with the same days of the month a year before, 29 February with the 28th. A month counts
    once its last day is not after the end of the week.
    """
    weeks = tuple(_week(ends_on - back * _WEEK) for back in reversed(range(WEEKS)))
    first = _first_month(ends_on, months, fiscal_year_ends_in)
    starts = [add_months(first, month) for month in range(MONTHS)]
    current = {name: _to_date(ends_on, unit, fiscal_year_ends_in) for name, unit in _UNITS.items()}
    return Axis(
        weeks_current=weeks,
        weeks_prior_year=tuple(_week(week.end - _YEAR_OF_WEEKS * _WEEK) for week in weeks),
        months_current=tuple(_month(start, ends_on) for start in starts),
        months_prior_year=tuple(_month(add_months(start, -MONTHS), ends_on) for start in starts),
        to_date=current,
        to_date_prior_year={name: _year_before(span) for name, span in current.items()},
        labels=(
            *week_labels(week_number or number_of_week(ends_on)),
            *(_NAMES[start.month - 1] for start in starts),
        ),
    )


def number_of_week(ends_on: date) -> int:
    """Number a week by the ISO week that its fourth day lies in.

    >>> number_of_week(date(2021, 9, 25)), number_of_week(date(2021, 1, 9))
    (38, 1)
    """
    week = week_ending(ends_on, ends_on.isoweekday())
    return int(week.label.rpartition("W")[2])


def week_labels(number: int) -> list[str]:
    """Count back from the week's number; before week 1 comes 52, as a year has 52 weeks here.

    >>> week_labels(2)
    ['wk 49', 'wk 50', 'wk 51', 'wk 52', 'wk 1', 'wk 2']
    """
    numbers = [number - back for back in reversed(range(WEEKS))]
    return [f"wk {each if each > 0 else each + _YEAR_OF_WEEKS}" for each in numbers]


def _week(ends_on: date) -> Span:
    return Span(ends_on - timedelta(days=6), ends_on)


def _first_month(ends_on: date, months: Months, fiscal_year_ends_in: int) -> date:
    if months == "fiscal_year":
        return period_start(ends_on, "year", _fiscal_start(fiscal_year_ends_in))
    is_complete = period_end(ends_on, "month") == ends_on
    return add_months(ends_on.replace(day=1), 1 - MONTHS if is_complete else -MONTHS)


def _month(start: date, ends_on: date) -> Span | None:
    end = period_end(start, "month")
    return Span(start, end) if end <= ends_on else None


def _to_date(ends_on: date, unit: Unit, fiscal_year_ends_in: int) -> Span:
    return Span(period_start(ends_on, unit, _fiscal_start(fiscal_year_ends_in)), ends_on)


def _year_before(span: Span) -> Span:
    return Span(add_months(span.start, -MONTHS), add_months(span.end, -MONTHS))


def _fiscal_start(fiscal_year_ends_in: int) -> int:
    return fiscal_year_ends_in % MONTHS + 1
