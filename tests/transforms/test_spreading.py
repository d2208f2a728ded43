"""Windows spread over their days: as if each were spread alone, the shortest first (D-2)."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.calendar import days_between
from transforms.exact import largest_remainder, places
from transforms.spreading import spread

FIRST = date(2026, 1, 1)
WINDOW = st.tuples(
    st.integers(0, 12),
    st.integers(0, 9),
    st.one_of(st.integers(-300, 300).map(Decimal), st.decimals(-(10**9), 10**9, places=6)),
)
"""Day it starts on, days after that, amount."""


def one_by_one(
    windows: list[tuple[int, int, Decimal]], weights: dict[date, int], *, is_money: bool
) -> dict[date, Decimal]:
    """Spread the windows of one owner, in the order given."""
    value_of: dict[date, Decimal] = {}
    for start, length, amount in windows:
        days = days_between(FIRST + timedelta(start), FIRST + timedelta(start + length))
        free = [day for day in days if day not in value_of]
        rest = amount - sum((value_of[day] for day in days if day in value_of), Decimal(0))
        if len(free) < len(days):
            rest = max(rest, Decimal(0))
        if free:
            scale = places(rest, least=2) if is_money else 6
            shares = [Decimal(weights[day]) for day in free]
            value_of |= dict(zip(free, largest_remainder(rest, shares, scale), strict=True))
    return value_of


@settings(max_examples=60)
@given(
    owners=st.lists(st.lists(WINDOW, min_size=1, max_size=4), min_size=1, max_size=3),
    given_weights=st.lists(st.sampled_from([0, 0, 1, 3, 12345]), min_size=22, max_size=22),
    is_money=st.booleans(),
)
def test_d2_together_as_each_alone(
    owners: list[list[tuple[int, int, Decimal]]], given_weights: list[int], is_money: bool
) -> None:
    days = days_between(FIRST, FIRST + timedelta(21))
    weights = dict(zip(days, given_weights, strict=True))
    ordered = [sorted(windows, key=lambda each: (each[1], each[0])) for windows in owners]
    rows = [
        (owner, FIRST + timedelta(start), FIRST + timedelta(start + length), int(amount * 10**6))
        for owner, windows in enumerate(ordered)
        for start, length, amount in windows
    ]
    frame = pl.DataFrame(
        rows,
        schema={
            "owner": pl.Int64,
            "period_start": pl.Date,
            "period_end": pl.Date,
            "amount": pl.Int128,
        },
        orient="row",
    ).with_row_index("window")
    found = spread(
        frame.with_columns(pl.lit(value=True).alias("is_spread"), is_money=is_money),
        pl.DataFrame({"day": days, "weight": given_weights}),
    ).daily
    assert {(owner, day): value for owner, day, value in found.iter_rows()} == {
        (owner, day): int(value * 10**6)
        for owner, windows in enumerate(ordered)
        for day, value in one_by_one(windows, weights, is_money=is_money).items()
    }
