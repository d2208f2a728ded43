"""Sums by one number: the same as by several columns, nulls and all."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from transforms.why import keys as keys_module
from transforms.why import sums
from transforms.why.sums import (
    ROWS,
    distinct_by,
    first_by,
    numbered_by,
    positions,
    summed_by,
    values_at,
    whole,
)

TEAM: Final = pl.Enum(["", "a", "b"])
SCHEMA: Final = pl.Schema(
    {
        "team": TEAM,
        "day": pl.Date(),
        "is_now": pl.Boolean(),
        "stretch": pl.Int32(),
        "n": pl.Int64(),
        "paid": pl.Decimal(18, 4),
        "is_won": pl.Boolean(),
    }
)
SUMS: Final = ("n", "paid", "is_won", ROWS)
KEYS: Final = ("team", "day", "is_now", "stretch")
LISTS = st.lists(
    st.tuples(
        st.sampled_from([None, "", "a", "b"]),
        st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 1, 4))),
        st.sampled_from([None, True, False]),
        st.one_of(st.none(), st.integers(-2, 2)),
        st.integers(-5, 5),
        st.none() | st.decimals(-(10**9), 10**9, places=4),
        st.sampled_from([None, True, False]),
    ),
    max_size=12,
)
Rows = list[tuple[object, ...]]


@pytest.fixture(autouse=True)
def numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were many rows."""
    monkeypatch.setattr(sums, "_FEW", 0)


def frame(rows: Rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def grouped(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The sums as a group-by has them."""
    is_won = pl.col("is_won").sum().cast(pl.Int64)
    wanted = [pl.sum("n", "paid"), is_won, pl.len().cast(pl.Int64).alias(ROWS)]
    return rows.group_by(keys).agg(wanted).sort(keys) if keys else rows.select(wanted)


@pytest.mark.parametrize("places", [0, 2, 6, 10**6], ids=lambda places: f"{places} places")
@pytest.mark.parametrize("count", range(len(KEYS) + 1))
@given(rows=LISTS)
def test_sums_are_those_of_a_group_by(places: int, count: int, rows: Rows) -> None:
    """In a table with a place for each number, with those there are numbered anew, and without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys_module, "_NARROW", places)
        keys, given_rows = KEYS[:count], frame(rows)
        assert_frame_equal(summed_by(given_rows, keys, SUMS), grouped(given_rows, keys))
        if keys:
            distinct = given_rows.select(keys).unique().sort(keys)
            assert_frame_equal(distinct_by(given_rows, keys), distinct)
            known, number = numbered_by(given_rows, keys)
            assert_frame_equal(known, distinct)
            assert_frame_equal(known[number], given_rows.select(keys))


@pytest.mark.parametrize("amount", ["4611686018427", "99999999999999999999"])
def test_sums_beyond_a_machine_integer_are_exact(amount: str) -> None:
    """2^62 millionths, which two of are too many, and a number that is none itself."""
    rows = pl.DataFrame(
        {"team": ["a", "a"], "paid": [Decimal(amount)] * 2},
        schema={"team": TEAM, "paid": pl.Decimal(38, 6)},
    )
    assert summed_by(rows, ["team"], ["paid"]).rows() == [("a", 2 * Decimal(amount))]
    assert whole(rows["paid"]) is None


def test_whole_numbers_of_more_decimals_may_be_too_large() -> None:
    paid = pl.Series([Decimal(10**13)], dtype=pl.Decimal(18, 4))
    assert whole(paid) is not None
    assert whole(paid, 6) is None


@given(rows=LISTS)
def test_the_first_row_is_the_smallest(rows: Rows) -> None:
    found = first_by(frame(rows), ["team", "is_now"], ["day", "team", "stretch"])
    ordered = frame(rows).sort("day", "stretch")
    wanted = ordered.unique(["team", "is_now"], keep="first", maintain_order=True)
    assert_frame_equal(
        found.sort("team", "is_now"), wanted.sort("team", "is_now").select(found.columns)
    )


@given(rows=LISTS, table=st.lists(st.sampled_from([None, "", "a", "b"]), unique=True))
def test_a_position_is_where_the_keys_are(rows: Rows, table: list[str | None]) -> None:
    known = pl.DataFrame({"team": table}, schema={"team": TEAM})
    found = positions(frame(rows), known, ["team"])
    assert found.tolist() == [table.index(row[0]) if row[0] in table else -1 for row in rows]
    values = values_at(pl.Series(range(len(table)), dtype=pl.Int64), found)
    assert values.to_list() == [table.index(row[0]) if row[0] in table else None for row in rows]


def test_columns_that_make_no_number_are_grouped_as_they_are() -> None:
    texts = pl.DataFrame({"name": ["b", "a", "b"], "n": [1, 2, 3]})
    assert summed_by(texts, ["name"], ["n"]).rows() == [("a", 2), ("b", 4)]
    assert positions(texts, pl.DataFrame({"name": ["b"]}), ["name"]).tolist() == [0, -1, 0]
