"""Several key columns as one number: the same groups, whatever the columns hold."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.packing import distinct_sorted, grouped, key_codes, without_repeats

NAMES = pl.Enum(["一部", "二部", "三部"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(NAMES.categories.to_list()),
        st.dates(date(1899, 1, 1), date(2030, 1, 1)),
        st.integers(-3, 3) | st.integers(-(2**62), 2**62),
    ),
    max_size=12,
)
KEYS = ["team", "day", "number"]


def frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    schema = pl.Schema({"team": NAMES, "day": pl.Date(), "number": pl.Int64()})
    return pl.DataFrame(rows, schema=schema, orient="row")


@settings(max_examples=30)
@given(rows=ROWS)
def test_groups_are_those_of_the_columns(rows: list[tuple[object, ...]]) -> None:
    """Also where the number would not fit: bounds far apart leave the columns as they are."""
    given_rows = frame([*rows, *rows[:5]])
    expected = given_rows.group_by(KEYS).agg(pl.len()).sort(KEYS)
    assert grouped(given_rows, KEYS, [pl.len()]).sort(KEYS).equals(expected)
    found = distinct_sorted(given_rows, KEYS)
    assert found.equals(expected.select(*KEYS, pl.col("len").cast(pl.Int64).alias("rows")))


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(["a", "a", "b", "c", "c"], id="ascending"),
        pytest.param(["b", "b", "a", "b", "c", "a"], id="in any order"),
        pytest.param([], id="none"),
    ],
)
def test_equal_keys_and_only_those_have_equal_numbers(keys: list[str]) -> None:
    codes = key_codes(pl.Series(keys, dtype=pl.String)).to_list()
    assert len(codes) == len(keys)
    assert len(set(zip(keys, codes, strict=True))) == len(set(keys)) == len(set(codes))


def test_only_rows_like_the_one_before_are_dropped() -> None:
    rows = pl.DataFrame({"order": [1, 1, 2, 1, 1], "line": ["a", "a", "a", "a", None]})
    assert without_repeats(rows).rows() == [(1, "a"), (2, "a"), (1, "a"), (1, None)]
