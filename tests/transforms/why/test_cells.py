"""Cells: exact sums on arrays, whatever their size."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.why.cells import Cells
from transforms.why.cuts import Cut, joined

SCALE = pl.Decimal(38, 6)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["甲", "乙"]),
        st.sampled_from(["a", "b", "c"]),
        *[st.decimals(-(10**15), 10**15, places=6)] * 4,
    ),
    max_size=9,
)
Row = tuple[str, str, Decimal, Decimal, Decimal, Decimal]


def cells(rows: Sequence[Row]) -> Cells:
    sides: dict[str, pl.DataType] = dict.fromkeys(("n1", "d1", "n0", "d0"), SCALE)
    schema = {"team": pl.String(), "channel": pl.String(), **sides}
    return Cells.of(pl.DataFrame(rows, schema=schema, orient="row"), ["team", "channel"])


def total(rows: Sequence[Row]) -> tuple[Fraction, ...]:
    return tuple(sum((Fraction(row[at]) for row in rows), Fraction(0)) for at in range(2, 6))


@given(rows=ROWS)
def test_sums_are_exact_and_parts_add_up(rows: list[Row]) -> None:
    """A thousand million million of amounts with six decimals is more than 64 bits hold."""
    found = cells(rows)
    assert found.sums() == total(rows)
    assert found.by(["channel"]).sums() == total(rows)
    for member in "abc":
        own = [row for row in rows if row[1] == member]
        assert found.sums(found.inside({"channel": member})) == total(own)


@given(rows=ROWS)
def test_coarser_cells_are_those_of_coarser_rows(rows: list[Row]) -> None:
    by_channel = cells(rows).by(["channel"])
    names = [by_channel.members["channel"][code] for code in by_channel.codes["channel"]]
    assert names == sorted({row[1] for row in rows})


AMOUNTS = st.lists(
    st.tuples(
        st.sampled_from(["甲", "乙"]),
        st.sampled_from(["a", "b", "c"]),
        st.booleans(),
        st.decimals(-(10**6), 10**6, places=4),
    ),
    max_size=9,
)
NAMES = {"team": pl.Enum(["丙", "乙", "甲"]), "channel": pl.Enum(["a", "b", "c"])}
SUMS = pl.Schema({**NAMES, "is_actual": pl.Boolean(), "amount": pl.Decimal(18, 4)})


@given(above=AMOUNTS, below=AMOUNTS)
def test_amounts_of_two_facts_stand_on_their_own_sides(
    above: list[tuple[object, ...]], below: list[tuple[object, ...]]
) -> None:
    upper, lower = (pl.DataFrame(rows, schema=SUMS, orient="row") for rows in (above, below))
    found = Cells.of_sums([(upper, "n1", "n0"), (lower, "d1", "d0")], ["team", "channel"])
    assert found is not None
    for team in ("甲", "乙"):
        for channel in "abc":
            inside = found.inside({"team": team, "channel": channel})
            wanted = [
                sum(
                    (
                        Fraction(str(row[3]))
                        for row in rows
                        if row[:3] == (team, channel, is_actual)
                    ),
                    Fraction(0),
                )
                for is_actual in (True, False)
                for rows in (above, below)
            ]
            assert list(found.sums(inside)) == wanted


def test_amounts_too_large_for_machine_integers_are_put_together_otherwise() -> None:
    row = ("甲", "a", True, Decimal(10**13))
    large = pl.DataFrame([row], schema=SUMS, orient="row")
    assert Cells.of_sums([(large, "n1", "n0")], ["team"]) is None
    cut = joined([(large, "n1", "n0")], "sum")
    assert cut.values({"team": "甲"}) == (Fraction(10**13), Fraction(0))


def test_a_scope_has_its_own_cells_and_another_has_none_of_them() -> None:
    one = Decimal(1)
    frame = pl.DataFrame(
        [("甲", "K1", one, one), ("乙", "K1", one, one), ("乙", None, one, one)],
        schema={"team": pl.String, "customer": pl.String, "n1": SCALE, "n0": SCALE},
        orient="row",
    ).with_columns(d1=pl.lit(0), d0=pl.lit(0))
    cut = Cut.of(frame, ["team"], "sum")
    assert cut.within("team", "乙").values() == (Fraction(2), Fraction(2))
    assert cut.within("team", "丙").values() == (Fraction(0), Fraction(0))
    assert cut.within("company", "company") is cut


@pytest.mark.parametrize(
    ("members", "tells"), [(["a", "a"], False), (["a", "b"], True), ([], False)]
)
def test_a_dimension_tells_where_it_has_more_than_one_member(
    members: list[str], tells: bool
) -> None:
    one = Decimal(1)
    assert (
        cells([("甲", member, one, one, one, one) for member in members]).tells("channel") is tells
    )
