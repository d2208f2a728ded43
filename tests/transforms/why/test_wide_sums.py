"""Sums by columns whose product is beyond 2⁶²: as plain Polars has them, on either side of it."""

from typing import Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from transforms.why import sums
from transforms.why.keys import Key
from transforms.why.sums import ROWS, first_by, positions, summed_by

LIMIT: Final = 2**62
LOWEST, HIGHEST = -(2**62), 2**62
SCHEMA: Final = pl.Schema(
    {
        "team": pl.Enum(["a", "b"]),
        "wide": pl.Int64(),
        "half": pl.Int64(),
        "small": pl.Int32(),
        "n": pl.Int64(),
    }
)
WIDE: Final = st.sampled_from([None, LOWEST, LOWEST + 1, -1, 0, 1, HIGHEST - 1, HIGHEST])
HALF: Final = st.sampled_from([None, -(2**31), -1, 0, 2**31])
LISTS: Final = st.lists(
    st.tuples(
        st.sampled_from([None, "a", "b"]),
        WIDE,
        HALF,
        st.sampled_from([None, -3, 0, 2]),
        st.integers(-5, 5),
    ),
    max_size=12,
)
CUTS: Final = [
    pytest.param(["wide"], id="one column over all numbers"),
    pytest.param(["team", "wide"], id="beside a narrow one"),
    pytest.param(["half", "small", "team"], id="below the limit"),
    pytest.param(["small", "half", "wide", "team"], id="all of them"),
]
Rows = list[tuple[object, ...]]


@pytest.fixture(autouse=True)
def numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were many rows."""
    monkeypatch.setattr(sums, "_FEW", 0)


def frame(rows: Rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def two(first: int, second: int) -> pl.DataFrame:
    """Two columns with so many digits each, null among them."""
    return pl.DataFrame({"a": [0, first - 2, None], "b": [0, second - 2, None], "n": [1, 2, 3]})


@pytest.mark.parametrize(
    ("first", "second", "is_number"),
    [
        pytest.param(2**31, 2**31 - 1, True, id="just below"),
        pytest.param(2**31, 2**31, False, id="2 to the 62nd"),
        pytest.param(2**33, 2**33, False, id="beyond what a machine word holds"),
        pytest.param(2**62 - 1, 2, False, id="one wide column"),
    ],
)
def test_columns_make_a_number_below_the_limit_alone(
    first: int, second: int, is_number: bool
) -> None:
    rows = two(first, second)
    assert (Key.of(rows, ["a", "b"]) is not None) == is_number == (first * second < LIMIT)
    again = pl.concat([rows, rows.reverse()])
    found = summed_by(again, ["a", "b"], ["n"])
    assert found.rows() == [(None, None, 6), (0, 0, 2), (first - 2, second - 2, 4)]


def test_numbers_that_nothing_lies_below_are_grouped_as_they_are() -> None:
    rows = frame([("a", -(2**63), None, None, 1), ("a", None, None, None, 2)] * 2)
    assert Key.of(rows, ["wide"]) is None
    assert summed_by(rows, ["wide"], ["n"]).rows() == [(None, 4), (-(2**63), 2)]


@pytest.mark.parametrize("keys", CUTS)
@given(rows=LISTS)
def test_sums_are_those_of_a_group_by(rows: Rows, keys: list[str]) -> None:
    given_rows = frame(rows)
    wanted = [pl.sum("n"), pl.len().cast(pl.Int64).alias(ROWS)]
    found = summed_by(given_rows, keys, ["n", ROWS])
    assert_frame_equal(found, given_rows.group_by(keys).agg(wanted).sort(keys))


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        pytest.param(["team"], ["wide", "small"], id="a wide order"),
        pytest.param(["wide"], ["team", "small"], id="wide keys"),
        pytest.param(["wide", "half"], ["wide", "small", "half", "team"], id="both"),
        pytest.param(["half"], ["small", "team"], id="neither"),
    ],
)
@given(rows=LISTS)
def test_the_first_row_is_the_smallest(rows: Rows, keys: list[str], order: list[str]) -> None:
    given_rows = frame(rows)
    others = [name for name in order if name not in keys]
    found = first_by(given_rows, keys, order)
    wanted = given_rows.select(*keys, *others).sort(others)
    wanted = wanted.unique(keys, keep="first", maintain_order=True)
    assert_frame_equal(found.sort(keys), wanted.sort(keys))


@pytest.mark.parametrize("keys", CUTS)
@given(rows=LISTS, others=LISTS)
def test_a_position_is_where_the_keys_are(rows: Rows, others: Rows, keys: list[str]) -> None:
    table = frame(others).select(keys).unique(maintain_order=True)
    place = {row: at for at, row in enumerate(table.rows())}
    found = positions(frame(rows), table, keys)
    assert found.tolist() == [place.get(row, -1) for row in frame(rows).select(keys).rows()]
