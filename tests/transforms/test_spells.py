"""What lasts: heads, stock and active customers over periods."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.catalogue import Measure
from transforms.layers import period_days
from transforms.spells import spell_sides

APRIL = (date(2026, 4, 1), date(2026, 4, 30))


def sides(
    rows: list[dict[str, Any]], measure: Measure, period: tuple[date, date] = APRIL
) -> list[tuple[Any, ...]]:
    schema = pl.Schema(
        {
            "scope": pl.String(),
            "occurred_on": pl.Date(),
            "ended_on": pl.Date(),
            "amount": pl.Decimal(18, 4),
        }
    )
    frame = pl.DataFrame(
        [{"scope": "A", "amount": Decimal(1), "ended_on": None, **row} for row in rows],
        schema=schema,
    )
    periods = pl.DataFrame(
        [(0, *period)], schema=["period", "period_start", "period_end"], orient="row"
    )
    found = spell_sides(frame, {"m": measure}, period_days(periods))
    return found.sort("scope").select("scope", "m", "m_n").rows()


@pytest.mark.parametrize(
    ("rows", "average", "n"),
    [
        pytest.param([{"occurred_on": date(2026, 1, 1)}], "1", 1, id="all month"),
        pytest.param([{"occurred_on": date(2026, 4, 16)}], "0.5", 1, id="joined in the middle"),
        pytest.param(
            [{"occurred_on": date(2026, 1, 1), "ended_on": date(2026, 4, 3)}], "0.1", 1, id="left"
        ),
        pytest.param(
            [{"occurred_on": date(2026, 4, 30), "ended_on": date(2026, 4, 30)}],
            "0.033333",
            1,
            id="one day: its first and its last",
        ),
        pytest.param(
            [{"occurred_on": date(2026, 1, 1)}, {"occurred_on": date(2026, 4, 16)}],
            "1.5",
            2,
            id="two",
        ),
    ],
)
def test_the_average_counts_every_day_of_the_period(
    rows: list[dict[str, Any]], average: str, n: int
) -> None:
    assert sides(rows, Measure("head", how="average")) == [("A", Decimal(average), n)]


def test_what_was_over_before_or_begins_after_is_not_there() -> None:
    rows = [
        {"occurred_on": date(2026, 1, 1), "ended_on": date(2026, 3, 31)},
        {"occurred_on": date(2026, 5, 1)},
    ]
    assert sides(rows, Measure("head", how="average")) == []
    assert sides(rows, Measure("head", how="at_start")) == []
    assert sides(rows, Measure("head", how="ended")) == []


def test_at_start_is_what_began_before_and_lasts_into_the_first_day() -> None:
    rows = [
        {"occurred_on": date(2026, 3, 31)},
        {"occurred_on": date(2026, 1, 1), "ended_on": date(2026, 4, 1)},
        {"occurred_on": date(2026, 4, 1)},
    ]
    assert sides(rows, Measure("customer_spell", how="at_start")) == [("A", Decimal(2), 2)]


def test_ended_counts_the_rows_that_a_condition_on_the_period_keeps() -> None:
    rows = [
        {"occurred_on": date(2026, 3, 31), "ended_on": date(2026, 4, 30)},
        {"occurred_on": date(2026, 4, 2), "ended_on": date(2026, 4, 3)},
    ]
    before = pl.col("occurred_on") < pl.col("period_start")
    assert sides(rows, Measure("head", how="ended")) == [("A", Decimal(2), 2)]
    assert sides(rows, Measure("head", how="ended", where=before)) == [("A", Decimal(1), 1)]


def test_stock_is_weighted_by_the_days_it_was_there() -> None:
    rows = [
        {"occurred_on": date(2026, 3, 1), "ended_on": date(2026, 4, 15), "amount": Decimal(100)},
        {"occurred_on": date(2026, 4, 16), "amount": Decimal(300)},
    ]
    assert sides(rows, Measure("stock_level", "amount", how="average"))[0][1] == Decimal(200)


DAYS = st.integers(0, 60).map(lambda number: date(2026, 3, 1) + timedelta(days=number))


@settings(max_examples=30)
@given(
    spells=st.lists(
        st.tuples(DAYS, st.one_of(st.none(), st.integers(0, 40)), st.integers(-9, 9)), max_size=8
    )
)
def test_steps_give_what_counting_day_by_day_gives(
    spells: list[tuple[date, int | None, int]],
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "occurred_on": start,
            "ended_on": None if length is None else start + timedelta(days=length),
            "amount": Decimal(amount),
        }
        for start, length, amount in spells
    ]
    first, last = APRIL
    month = [first + timedelta(days=number) for number in range(30)]
    held = sum(
        row["amount"]
        for row in rows
        for day in month
        if row["occurred_on"] <= day and (row["ended_on"] is None or day <= row["ended_on"])
    )
    found = sides(rows, Measure("stock_level", "amount", how="average"))
    assert abs((found[0][1] if found else 0) - held / Decimal(30)) <= Decimal("0.000001")
    at_start = sum(
        row["occurred_on"] < first and (row["ended_on"] is None or first <= row["ended_on"])
        for row in rows
    )
    there = sides(rows, Measure("customer_spell", how="at_start"))
    assert (there[0][1] if there else 0) == at_start
    assert last == month[-1]
