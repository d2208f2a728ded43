"""Sums by one number: the same as by several columns, nulls and all."""

from datetime import date
from typing import Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from transforms.why import sums
from transforms.why.sums import first_by, positions, summed_by

TEAM: Final = pl.Enum(["", "a", "b"])
SCHEMA: Final = pl.Schema(
    {"team": TEAM, "day": pl.Date(), "is_now": pl.Boolean(), "stretch": pl.Int32(), "n": pl.Int64()}
)
KEYS: Final = ("team", "day", "is_now", "stretch")
ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "", "a", "b"]),
        st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 1, 4))),
        st.sampled_from([None, True, False]),
        st.one_of(st.none(), st.integers(-2, 2)),
        st.integers(-5, 5),
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


@pytest.mark.parametrize("count", range(len(KEYS) + 1))
@given(rows=ROWS)
def test_sums_are_those_of_a_group_by(rows: Rows, count: int) -> None:
    keys, given_rows = KEYS[:count], frame(rows)
    found = summed_by(given_rows, keys, [pl.sum("n"), pl.len()])
    wanted = [pl.sum("n"), pl.len()]
    if keys:
        assert_frame_equal(found, given_rows.group_by(keys).agg(wanted).sort(keys))
    else:
        assert_frame_equal(found, given_rows.select(wanted))


@given(rows=ROWS)
def test_the_first_row_is_the_smallest(rows: Rows) -> None:
    found = first_by(frame(rows), ["team", "is_now"], ["day", "team", "stretch"])
    ordered = frame(rows).sort("day", "stretch")
    wanted = ordered.unique(["team", "is_now"], keep="first", maintain_order=True)
    assert_frame_equal(
        found.sort("team", "is_now"), wanted.sort("team", "is_now").select(found.columns)
    )


@given(rows=ROWS, table=st.lists(st.sampled_from([None, "", "a", "b"]), unique=True))
def test_a_position_is_where_the_keys_are(rows: Rows, table: list[str | None]) -> None:
    known = pl.DataFrame({"team": table}, schema={"team": TEAM})
    found = positions(frame(rows), known, ["team"]).to_list()
    assert found == [table.index(row[0]) if row[0] in table else None for row in rows]


def test_columns_that_make_no_number_are_grouped_as_they_are() -> None:
    texts = pl.DataFrame({"name": ["b", "a", "b"], "n": [1, 2, 3]})
    assert summed_by(texts, ["name"], [pl.sum("n")]).rows() == [("a", 2), ("b", 4)]
    assert positions(texts, pl.DataFrame({"name": ["b"]}), ["name"]).to_list() == [0, None, 0]
