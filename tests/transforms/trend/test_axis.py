"""Which days each period of a trend view covers."""

from datetime import date
from itertools import pairwise

import pytest

from transforms.trend.axis import Months, Span, axis, week_labels


def span(start: str, end: str) -> Span:
    return Span(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("ends_on", "week", "prior"),
    [
        pytest.param(
            "2021-09-25",
            span("2021-09-19", "2021-09-25"),
            span("2020-09-20", "2020-09-26"),
            id="ends on Saturday",
        ),
        pytest.param(
            "2026-11-22",
            span("2026-11-16", "2026-11-22"),
            span("2025-11-17", "2025-11-23"),
            id="ends on Sunday",
        ),
        pytest.param(
            "2024-03-01",
            span("2024-02-24", "2024-03-01"),
            span("2023-02-25", "2023-03-03"),
            id="over 29 February",
        ),
        pytest.param(
            "2027-01-03",
            span("2026-12-28", "2027-01-03"),
            span("2025-12-29", "2026-01-04"),
            id="week 53",
        ),
    ],
)
def test_a_week_is_compared_364_days_back(ends_on: str, week: Span, prior: Span) -> None:
    found = axis(date.fromisoformat(ends_on), "fiscal_year")
    assert (found.weeks_current[-1], found.weeks_prior_year[-1]) == (week, prior)
    ends = [each.end for each in found.weeks_current]
    assert {(later - earlier).days for earlier, later in pairwise(ends)} == {7}


@pytest.mark.parametrize(
    ("ends_on", "months", "fiscal", "first", "last_complete"),
    [
        pytest.param(
            "2021-09-25", "trailing_twelve_months", 12, "2020-09", "2021-08", id="within a month"
        ),
        pytest.param(
            "2021-10-31", "trailing_twelve_months", 12, "2020-11", "2021-10", id="on its last day"
        ),
        pytest.param(
            "2024-02-28", "trailing_twelve_months", 12, "2023-02", "2024-01", id="28 of 29 days"
        ),
        pytest.param(
            "2024-02-29", "trailing_twelve_months", 12, "2023-03", "2024-02", id="29 of 29 days"
        ),
        pytest.param("2021-09-25", "fiscal_year", 12, "2021-01", "2021-08", id="calendar year"),
        pytest.param("2021-09-25", "fiscal_year", 5, "2021-06", "2021-08", id="from June on"),
        pytest.param("2021-05-31", "fiscal_year", 5, "2020-06", "2021-05", id="last day of it"),
        pytest.param("2021-06-05", "fiscal_year", 5, "2021-06", None, id="none complete"),
    ],
)
def test_months(
    ends_on: str, months: Months, fiscal: int, first: str, last_complete: str | None
) -> None:
    found = axis(date.fromisoformat(ends_on), months, fiscal)
    complete = [each for each in found.months_current if each is not None]
    assert len(found.months_current) == len(found.months_prior_year) == 12
    assert f"{complete[-1].start:%Y-%m}" == last_complete if complete else last_complete is None
    assert found.labels[6] == f"{date.fromisoformat(f'{first}-01'):%b}"
    start = found.months_prior_year[0]
    assert start is not None
    assert f"{start.start.year + 1}-{start.start:%m}" == first


@pytest.mark.parametrize(
    ("ends_on", "fiscal", "name", "now", "before"),
    [
        pytest.param(
            "2021-09-25",
            12,
            "mtd",
            span("2021-09-01", "2021-09-25"),
            span("2020-09-01", "2020-09-25"),
            id="month: the same days",
        ),
        pytest.param(
            "2021-09-25",
            12,
            "qtd",
            span("2021-07-01", "2021-09-25"),
            span("2020-07-01", "2020-09-25"),
            id="calendar quarter",
        ),
        pytest.param(
            "2021-09-25",
            5,
            "qtd",
            span("2021-09-01", "2021-09-25"),
            span("2020-09-01", "2020-09-25"),
            id="fiscal quarter from September",
        ),
        pytest.param(
            "2021-09-25",
            5,
            "ytd",
            span("2021-06-01", "2021-09-25"),
            span("2020-06-01", "2020-09-25"),
            id="fiscal year from June",
        ),
        pytest.param(
            "2024-02-29",
            12,
            "ytd",
            span("2024-01-01", "2024-02-29"),
            span("2023-01-01", "2023-02-28"),
            id="29 February with the 28th",
        ),
        pytest.param(
            "2025-02-28",
            12,
            "mtd",
            span("2025-02-01", "2025-02-28"),
            span("2024-02-01", "2024-02-28"),
            id="28 February with the 28th of a leap year",
        ),
    ],
)
def test_to_date(ends_on: str, fiscal: int, name: str, now: Span, before: Span) -> None:
    found = axis(date.fromisoformat(ends_on), "fiscal_year", fiscal)
    assert (found.to_date[name], found.to_date_prior_year[name]) == (now, before)


@pytest.mark.parametrize(
    ("ends_on", "number", "labels"),
    [
        pytest.param("2021-09-25", None, ["wk 33", "wk 38"], id="Saturday"),
        pytest.param("2021-01-09", None, ["wk 48", "wk 1"], id="after the turn of the year"),
        pytest.param("2027-01-03", None, ["wk 48", "wk 53"], id="week 53 keeps its number"),
        pytest.param("2021-09-25", 12, ["wk 7", "wk 12"], id="a number of the company's own"),
    ],
)
def test_labels_of_weeks(ends_on: str, number: int | None, labels: list[str]) -> None:
    found = axis(date.fromisoformat(ends_on), "fiscal_year", week_number=number)
    assert [found.labels[0], found.labels[5]] == labels
    assert len(found.labels) == 18


def test_before_week_one_comes_52() -> None:
    assert week_labels(1)[-2:] == ["wk 52", "wk 1"]
