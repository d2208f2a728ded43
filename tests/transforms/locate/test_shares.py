"""D-18, level 3: which share moved otherwise than the rest's, where leaves hold a case or two."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.locate.chance import CHANCE, Sums
from transforms.locate.leaves import SIDES, Leaves, leaves_of
from transforms.locate.shares import Shift, shifts, widened

DIMENSIONS = {"region": 3, "line": 5, "channel": 5}
RATE = 0.35


def measured(rows: pl.DataFrame) -> tuple[Leaves, Sums]:
    names = list(DIMENSIONS)
    ordered = rows.sort(names)
    n1, d1, n0, d0 = (ordered[side].to_numpy().astype(np.float64) for side in SIDES)
    leaves = leaves_of(ordered, names, periods=1, is_ratio=True)
    return leaves, Sums(n1, d1, n0, d0, is_ratio=True)


def deals(seed: int, now: int, members: Mapping[str, int], factor: float) -> pl.DataFrame:
    """Deals over 75 leaves, as many again and half of it in the reference: about four a leaf."""
    random = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in DIMENSIONS.values()), indexing="ij"), -1)
    codes = dict(zip(DIMENSIONS, grid.reshape(-1, len(DIMENSIONS)).T, strict=True))
    spread = random.dirichlet(np.ones(len(codes["region"])))
    inside = np.logical_and.reduce([codes[name] == code for name, code in members.items()])
    d1, d0 = random.poisson(spread * now), random.poisson(spread * now * 2)
    n1 = random.binomial(d1, np.where(inside, RATE * factor, RATE))
    names = {name: [f"{name}{each}" for each in column] for name, column in codes.items()}
    return pl.DataFrame({**names, "n1": n1, "d1": d1, "n0": random.binomial(d0, RATE), "d0": d0})


def best(rows: pl.DataFrame, direction: int) -> tuple[dict[str, str], float]:
    leaves, sums = measured(rows)
    first: Shift = shifts(leaves, sums, 3, direction)[0]
    places = zip(first.dimensions, first.member, strict=True)
    return {leaves.dimensions[p]: leaves.members[p][code] for p, code in places}, first.chance


@pytest.mark.parametrize(
    ("members", "factor"),
    [
        pytest.param({"line": 2}, 0.3, id="a rate that fell in one line"),
        pytest.param({"region": 1}, 1.8, id="one that rose in a region"),
        pytest.param({"region": 1, "channel": 3}, 0.05, id="two dimensions"),
    ],
)
def test_where_a_rate_moved_is_told_from_leaves_of_four_deals(
    members: dict[str, int], factor: float
) -> None:
    """Seed 7, 600 deals now and 1,200 in the reference."""
    found, chance = best(deals(7, 600, members, factor), 1 if factor > 1 else -1)
    assert found == {name: f"{name}{code}" for name, code in members.items()}
    assert chance < CHANCE


def test_with_nothing_planted_chance_is_what_is_promised() -> None:
    """200 sets of 300 deals, seeds 0 to 199: at most 5 of 100, and three standard errors."""
    named = sum(best(deals(seed, 300, {"line": 0}, 1.0), 1)[1] <= CHANCE for seed in range(200))
    assert named <= 0.05 * 200 + 3 * (200 * 0.05 * 0.95) ** 0.5


def test_what_fell_everywhere_alike_has_no_segment() -> None:
    rows = deals(7, 600, {"line": 0}, 1.0).with_columns(n1=pl.col("n1") // 2)
    assert best(rows, -1)[1] > CHANCE


def test_leaves_that_differ_by_more_than_counting_make_it_less_sure() -> None:
    """Every second leaf outside wins all, every other none: what one line does is then less odd."""
    rows = deals(7, 600, {"line": 2}, 0.5)
    wild = rows.with_row_index("leaf").with_columns(
        n1=pl.when((pl.col("line") != "line2") & (pl.col("leaf") % 3 == 0))
        .then(pl.col("d1"))
        .when((pl.col("line") != "line2") & (pl.col("leaf") % 3 == 1))
        .then(0)
        .otherwise(pl.col("n1"))
    )
    chances = []
    for each in (rows, wild.drop("leaf")):
        leaves, sums = measured(each)
        by = {s.dimensions: s.chance for s in shifts(leaves, sums, 1, -1)}
        chances.append(by[leaves.dimensions.index("line"),])
    assert chances[0] < chances[1]


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_order_of_leaves_does_not_matter(seed: int, order: int) -> None:
    rows = deals(seed, 60, {"line": 2}, 0.5)
    assert best(rows.sample(fraction=1.0, shuffle=True, seed=order), -1) == best(rows, -1)


@given(st.integers(0, 10_000))
def test_a_chance_is_a_probability_even_where_a_side_is_empty(seed: int) -> None:
    rows = deals(seed, 12, {"line": 2}, 0.5).filter(pl.col("d1") + pl.col("d0") > 0)
    leaves, sums = measured(rows)
    for direction in (1, -1):
        assert all(0 <= each.chance <= 1 for each in shifts(leaves, sums, 3, direction))


def rates(*rows: tuple[str, str, int, int, int, int]) -> tuple[Leaves, Sums]:
    """Leaves of a region and a line each with had and all, now and in the reference."""
    names = dict.fromkeys(DIMENSIONS, pl.String)
    sides = dict.fromkeys(SIDES, pl.Int64)
    spelt = [(region, line, "c", *counts) for region, line, *counts in rows]
    return measured(pl.DataFrame(spelt, schema={**names, **sides}, orient="row"))


@pytest.mark.parametrize(
    ("other_line", "kept"),
    [
        pytest.param((4, 20), {"region": "A"}, id="the other line fell as well: the region did"),
        pytest.param((16, 20), {"region": "A", "line": "x"}, id="it stayed: the line alone did"),
        pytest.param((20, 20), {"region": "A", "line": "x"}, id="it rose: the line alone did"),
    ],
)
def test_a_name_is_narrowed_only_where_what_it_leaves_out_stayed(
    other_line: tuple[int, int], kept: dict[str, str]
) -> None:
    leaves, sums = rates(
        ("A", "x", 0, 20, 40, 50),
        ("A", "y", *other_line, 40, 50),
        ("B", "x", 80, 100, 160, 200),
        ("B", "y", 80, 100, 160, 200),
    )
    places = [leaves.dimensions.index(name) for name in ("region", "line")]
    codes = [leaves.members[place].index(code) for place, code in zip(places, "Ax", strict=True)]
    narrow = Shift(tuple(places), tuple(codes), 0.001)
    found = widened(leaves, sums, narrow, -1)
    assert {leaves.dimensions[place] for place in found} == kept.keys()


def test_a_name_of_one_dimension_stays() -> None:
    leaves, sums = rates(("A", "x", 0, 20, 40, 50), ("B", "x", 1, 20, 40, 50))
    assert widened(leaves, sums, Shift((0,), (0,), 0.001), -1) == (0,)


def test_a_thousand_customers_do_not_hide_a_region() -> None:
    """A combination is held against those of its own cut alone."""
    few = [("A", f"l{each % 3}", 1, 4, 3, 4) for each in range(20)]
    rest = [("B", f"l{each % 3}", 3, 4, 3, 4) for each in range(20)]
    many = [(region, f"l{each}", *s) for each, (region, _, *s) in enumerate([*few, *rest])]
    chances = []
    for rows in ([*few, *rest], many):
        leaves, sums = rates(*rows)
        chances += [s.chance for s in shifts(leaves, sums, 1, -1) if s.dimensions == (0,)]
    assert chances[0] == pytest.approx(chances[1])
