"""Tiny tables with a planted cause, and the laws that hold for every table."""

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.locate.answers import Answer, located

NAMES = {"region": "NSW", "product": "ABCD", "channel": "xy"}
NOW = 5


def table(is_ratio: bool, **changed: float) -> pl.DataFrame:
    """Five weeks of 24 leaves, a few percent apart; `changed` multiplies leaves of the last one.

    The key names members, such as NA (region N, product A) or y (channel y).
    """
    rows = []
    for week in range(1, NOW + 1):
        for place, leaf in enumerate((n, p, c) for n in "NSW" for p in "ABCD" for c in "xy"):
            wobble = 1 + ((place * 7 + week * 5) % 11 - 5) / 100
            factor = 1.0
            for members, times in changed.items():
                if week == NOW and set(members) <= set(leaf):
                    factor = times
            size = 400 if is_ratio else 1
            rows.append((*leaf, week, round(100 * wobble * factor), size))
    schema = [*NAMES, "period", "numerator", "denominator"]
    return pl.DataFrame(rows, schema, orient="row").cast(
        {"numerator": pl.Float64, "denominator": pl.Float64}
    )


def best(rows: pl.DataFrame, is_ratio: bool, now: float = NOW) -> Answer:
    return located(rows, list(NAMES), is_ratio=is_ratio, now=now)[0]


@pytest.mark.parametrize("is_ratio", [False, True], ids=["sum", "ratio"])
@pytest.mark.parametrize(
    ("changed", "causes"),
    [
        pytest.param({"N": 0.5}, [{"region": "N"}], id="one member"),
        pytest.param({"NA": 0.4}, [{"region": "N", "product": "A"}], id="two dimensions"),
        pytest.param(
            {"NBx": 2.9}, [{"region": "N", "product": "B", "channel": "x"}], id="three dimensions"
        ),
        pytest.param({"N": 0.5, "S": 0.5}, [{"region": "N"}, {"region": "S"}], id="two members"),
        pytest.param({"B": 0.0}, [{"product": "B"}], id="lost"),
        pytest.param({"y": 1.6}, [{"channel": "y"}], id="more"),
    ],
)
def test_a_planted_cause_is_found(
    is_ratio: bool, changed: dict[str, float], causes: list[dict[str, str]]
) -> None:
    found = best(table(is_ratio, **changed), is_ratio)
    assert sorted(map(str, found.causes)) == sorted(map(str, causes))
    assert found.share == pytest.approx(1, abs=0.1)
    assert found.confidence > 0.5


def lost(rows: pl.DataFrame) -> float:
    """Sum of the last week less the mean week before."""
    numerator, is_now = pl.col("numerator"), pl.col("period") == NOW
    weeks = pl.when(is_now).then(numerator).otherwise(-numerator / (NOW - 1))
    return float(rows.select(weeks.sum()).item())


def test_share_and_residual_are_what_a_person_would_work_out() -> None:
    rows = table(False, N=0.5)
    found = best(rows, is_ratio=False)
    change, part = lost(rows), lost(rows.filter(region="N"))
    assert found.share == pytest.approx(part / change)
    assert found.residual == pytest.approx(change - part)


def test_a_ratio_is_compared_at_the_mix_of_now() -> None:
    """More business where the rate is low lowers the ratio, but no rate has changed."""
    rows = table(True).with_columns(
        pl.when(pl.col("product") == "A").then(pl.col("numerator") / 2).otherwise("numerator")
    )
    grown = (pl.col("period") == NOW) & (pl.col("product") == "A")
    for side in ("numerator", "denominator"):
        rows = rows.with_columns(pl.when(grown).then(pl.col(side) * 5).otherwise(side))
    assert best(rows, is_ratio=True).causes == ()


@pytest.mark.parametrize("is_ratio", [False, True], ids=["sum", "ratio"])
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({}, id="nothing happened"),
        pytest.param({"": 0.6}, id="everything fell alike"),
    ],
)
def test_no_concentrated_cause(is_ratio: bool, changed: dict[str, float]) -> None:
    found = best(table(is_ratio, **changed), is_ratio)
    assert found.causes == ()
    assert found.share == 0


def test_a_new_segment_is_a_cause() -> None:
    rows = table(False).filter((pl.col("product") != "D") | (pl.col("period") == NOW))
    assert best(rows, is_ratio=False).causes == ({"product": "D"},)


def test_a_segment_that_vanished_is_a_cause() -> None:
    rows = table(False).filter((pl.col("product") != "D") | (pl.col("period") < NOW))
    assert best(rows, is_ratio=False).causes == ({"product": "D"},)


def test_returns_are_a_cause_of_a_fall() -> None:
    returned = (pl.col("period") == NOW) & (pl.col("region") == "S")
    rows = table(False).with_columns(
        pl.when(returned).then(-pl.col("numerator")).otherwise("numerator")
    )
    assert best(rows, is_ratio=False).causes == ({"region": "S"},)


def test_later_periods_are_not_looked_at() -> None:
    rows = table(False, N=0.5)
    later = rows.with_columns(pl.lit(NOW + 1).alias("period"), numerator=pl.lit(0.0))
    assert best(pl.concat([rows, later.cast(rows.schema)]), is_ratio=False) == best(
        rows, is_ratio=False
    )


def test_a_leaf_without_denominator_tells_nothing() -> None:
    empty = pl.DataFrame(
        {"region": "N", "product": "E", "channel": "x", "period": NOW, "numerator": 9.0}
    )
    rows = table(True, SB=0.3)
    more = pl.concat([rows, empty.with_columns(denominator=pl.lit(0.0)).cast(rows.schema)])
    assert best(more, is_ratio=True).causes == ({"region": "S", "product": "B"},)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(table(False).with_columns(numerator=pl.lit(0.0)), id="all zero"),
        pytest.param(table(False).with_columns(numerator=pl.lit(7.0)), id="all alike"),
        pytest.param(table(False).with_columns(denominator=pl.lit(0.0)), id="no denominators"),
        pytest.param(table(False).filter(region="N", product="A", channel="x"), id="one leaf"),
        pytest.param(table(False, N=0.5).filter(pl.col("period") >= NOW - 1), id="short past"),
    ],
)
@pytest.mark.parametrize("is_ratio", [False, True], ids=["sum", "ratio"])
def test_odd_tables_have_an_answer(rows: pl.DataFrame, is_ratio: bool) -> None:
    for answer in located(rows, list(NAMES), is_ratio=is_ratio, now=NOW):
        assert 0 <= answer.confidence <= 1
        assert math.isfinite(answer.share)
        assert math.isfinite(answer.residual)


def test_confidence_adds_up_and_falls() -> None:
    found = located(table(False, NA=0.6), list(NAMES), is_ratio=False, now=NOW)
    sure = [answer.confidence for answer in found]
    assert sure == sorted(sure, reverse=True)
    assert sum(sure) <= 1 + 1e-9


CAUSES = st.sampled_from(["N", "S", "A", "NA", "SB", "Wx", "Cy", "NBx"])
FACTORS = st.sampled_from([0.0, 0.4, 0.7, 1.5, 2.5])


@given(CAUSES, FACTORS, st.booleans(), st.integers(0, 99))
def test_order_of_rows_does_not_matter(
    cause: str, factor: float, is_ratio: bool, seed: int
) -> None:
    rows = table(is_ratio, **{cause: factor})
    shuffled = rows.sample(fraction=1, shuffle=True, seed=seed)
    names = list(NAMES)
    assert located(shuffled, names, is_ratio=is_ratio, now=NOW) == located(
        rows, names, is_ratio=is_ratio, now=NOW
    )


@given(CAUSES, FACTORS, st.booleans(), st.permutations("NSWABCDxy"))
def test_names_do_not_matter(cause: str, factor: float, is_ratio: bool, names: list[str]) -> None:
    rows = table(is_ratio, **{cause: factor})
    called = dict(zip("NSWABCDxy", names, strict=True))
    renamed = rows.with_columns(pl.col(name).replace_strict(called) for name in NAMES)
    was, now = best(rows, is_ratio), best(renamed, is_ratio)
    translated: list[Any] = [
        {name: called[member] for name, member in each.items()} for each in was.causes
    ]
    assert sorted(map(str, now.causes)) == sorted(map(str, translated))
    assert now.share == pytest.approx(was.share)
    assert now.confidence == pytest.approx(was.confidence)


@given(CAUSES, FACTORS, st.sampled_from([0.01, 3.0, 1e6]))
def test_units_of_a_sum_do_not_matter(cause: str, factor: float, unit: float) -> None:
    rows = table(False, **{cause: factor})
    scaled = rows.with_columns(numerator=pl.col("numerator") * unit)
    was, now = best(rows, is_ratio=False), best(scaled, is_ratio=False)
    assert now.causes == was.causes
    assert now.share == pytest.approx(was.share)
    assert now.residual == pytest.approx(was.residual * unit)
