"""The view of one metric: which values are compared with which, in percent or basis points."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.calendar import add_months, days_between
from transforms.trend.axis import Months, Span, axis
from transforms.trend.definitions import Measure
from transforms.trend.query import NUMBER
from transforms.trend.view import Trend, change, trends

SUNDAY = date(2026, 3, 15)
TOTAL = Measure("n", "sum")


def daily(values: dict[date, int]) -> pl.DataFrame:
    schema = pl.Schema({"day": pl.Date(), "number:n": NUMBER})
    rows = [(day, Decimal(value)) for day, value in values.items()]
    return pl.DataFrame(rows, schema=schema, orient="row")


def view(values: dict[date, int], day: date = SUNDAY, measure: Measure = TOTAL) -> Trend:
    return trends(daily(values), {"m": measure}, axis(day, "trailing_twelve_months"))["m"]


@pytest.mark.parametrize(
    ("days", "totals"),
    [
        pytest.param({SUNDAY: 3}, {"last_week": 3, "mtd": 3, "qtd": 3, "ytd": 3}, id="today"),
        pytest.param(
            {SUNDAY: 3, SUNDAY - timedelta(days=7): 2},
            {"last_week": 3, "wow": 50, "mtd": 5, "qtd": 5, "ytd": 5},
            id="the week before",
        ),
        pytest.param(
            {SUNDAY: 3, SUNDAY - timedelta(days=364): 2},
            {"last_week": 3, "yoy": 50, "mtd": 3, "qtd": 3, "ytd": 3},
            id="the week 364 days before, after the 15th: in no period to date",
        ),
        pytest.param(
            {SUNDAY: 3, date(2025, 3, 1): 4, date(2025, 1, 1): 2},
            {
                "last_week": 3,
                "mtd": 3,
                "mtd_yoy": -25,
                "qtd": 3,
                "qtd_yoy": -50,
                "ytd": 3,
                "ytd_yoy": -50,
            },
            id="to date with the same days a year before",
        ),
        pytest.param(
            {SUNDAY: 3, SUNDAY - timedelta(days=7): 0},
            {"last_week": 3, "mtd": 3, "qtd": 3, "ytd": 3},
            id="no percent of 0",
        ),
        pytest.param({SUNDAY + timedelta(days=1): 9}, {}, id="after the week"),
    ],
)
def test_box_totals(days: dict[date, int], totals: dict[str, float]) -> None:
    found = view(days).box_totals
    names = ("last_week", "wow", "yoy", "mtd", "mtd_yoy", "qtd", "qtd_yoy", "ytd", "ytd_yoy")
    assert tuple(found) == names
    assert found == {name: totals.get(name) for name in names}


def test_basis_points_are_a_difference() -> None:
    days = {SUNDAY: 3, SUNDAY - timedelta(days=7): 2}
    found = view(days, measure=Measure("n", "mean", is_in_bps=True)).box_totals
    assert (found["last_week"], found["wow"], found["yoy"]) == (3.0, 10_000.0, None)


@pytest.mark.parametrize(
    ("now", "before", "percent"),
    [
        pytest.param(None, 1.0, None, id="nothing now"),
        pytest.param(1.0, None, None, id="nothing before"),
        pytest.param(0.0, 4.0, -100.0, id="0 now"),
        pytest.param(1.0, -4.0, -125.0, id="below 0 before: percent of the signed value"),
    ],
)
def test_change(now: float | None, before: float | None, percent: float | None) -> None:
    assert change(now, before) == percent


DAYS = st.dictionaries(
    st.dates(date(2023, 12, 1), date(2026, 4, 1)), st.integers(-(10**6), 10**6), max_size=40
)
AXES: st.SearchStrategy[Months] = st.sampled_from(["fiscal_year", "trailing_twelve_months"])
ENDS = st.dates(date(2025, 1, 1), date(2026, 3, 31))


@given(DAYS, ENDS, AXES, st.integers(1, 12))
def test_sums_are_those_of_the_days_within(
    values: dict[date, int], day: date, months: Months, fiscal: int
) -> None:
    laid_out = axis(day, months, fiscal)
    found = trends(daily(values), {"m": TOTAL}, laid_out)["m"]

    def plain(span: Span | None) -> float | None:
        within = [n for at, n in values.items() if span and span.start <= at <= span.end]
        return float(sum(within)) if within else None

    assert found.weeks_current == [plain(each) for each in laid_out.weeks_current]
    assert found.weeks_prior_year == [plain(each) for each in laid_out.weeks_prior_year]
    assert found.months_current == [plain(each) for each in laid_out.months_current]
    assert found.months_prior_year == [plain(each) for each in laid_out.months_prior_year]
    for name, span in laid_out.to_date.items():
        assert found.box_totals[name] == plain(span)
        before = plain(laid_out.to_date_prior_year[name])
        assert found.box_totals[f"{name}_yoy"] == change(plain(span), before)


@given(DAYS, ENDS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    values: dict[date, int], day: date, random: object
) -> None:
    shuffled = list(values.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    for name in ("sum", "mean", "min", "max", "first", "last"):
        measure = Measure("n", name)
        assert view(dict(shuffled), day, measure) == view(values, day, measure)


@given(st.integers(1, 10**6), ENDS)
def test_what_is_the_same_every_day_does_not_change(value: int, day: date) -> None:
    days = days_between(add_months(day, -30), day)
    found = view(dict.fromkeys(days, value), day)
    assert (found.box_totals["wow"], found.box_totals["yoy"]) == (0.0, 0.0)
    assert found.weeks_current == [7.0 * value] * 6
    assert None not in (*found.months_current, *found.months_prior_year)
