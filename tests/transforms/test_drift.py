"""When a number is unlike those before it."""

from math import exp
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.drift import drifts

COUNTS = st.integers(0, 10_000_000)


def judge(newest: float | None, earlier: list[float], floor: float = 10.0) -> dict[str, object]:
    """Judge a value by those before it, the newest of them first."""
    values = [newest, *earlier]
    points = pl.DataFrame(
        {"source": ["a"] * len(values), "position": range(len(values)), "value": values},
        schema={"source": pl.String, "position": pl.Int64, "value": pl.Float64},
    )
    return drifts(points, ["source"], pl.lit(floor)).row(0, named=True)


@pytest.mark.parametrize(
    ("newest", "earlier", "state"),
    [
        pytest.param(1000, [1000] * 8, "ok", id="constant"),
        pytest.param(1010, [1000] * 8, "ok", id="on the floor"),
        pytest.param(1011, [1000] * 8, "drift", id="past the floor"),
        pytest.param(989, [1000] * 8, "drift", id="below the floor"),
        pytest.param(0, [1000] * 8, "drift", id="zero rows are a value"),
        pytest.param(9000, [8000, 7000, 6000, 5000, 4000], "ok", id="grows as before"),
        pytest.param(1300, [900, 1100, 950, 1050, 1000], "drift", id="beyond 4 x 1.4826 x 50"),
        pytest.param(1200, [900, 1100, 950, 1050, 1000], "ok", id="within it"),
        pytest.param(1, [1000] * 4, "too_few_loads", id="four loads before"),
        pytest.param(1, [1000] * 8 + [1.0] * 20, "drift", id="only eight count"),
        pytest.param(None, [1000] * 8, "no_data", id="nothing to judge"),
    ],
)
def test_a_drift(newest: float | None, earlier: list[float], state: str) -> None:
    assert judge(newest, earlier)["state"] == state


def test_limits_are_stated_only_where_they_hold() -> None:
    few = judge(5, [5] * 4)
    assert (few["usual"], few["least"], few["most"], few["earlier_loads"]) == (None, None, None, 4)
    enough = judge(5, [5] * 5)
    assert (enough["usual"], enough["least"], enough["most"]) == (5, 0, 15)


@given(value=COUNTS, loads=st.integers(0, 12))
def test_a_constant_history_never_drifts(value: int, loads: int) -> None:
    assert judge(value, [value] * loads, 0.0)["state"] in {"ok", "too_few_loads"}


@given(start=COUNTS, step=st.integers(0, 1_000_000), loads=st.integers(5, 8))
def test_steady_growth_never_drifts(start: int, step: int, loads: int) -> None:
    values = [float(start + step * back) for back in range(loads, -1, -1)]
    assert judge(values[0], values[1:], 0.0)["state"] == "ok"


@given(earlier=st.lists(COUNTS, min_size=5, max_size=8), newest=COUNTS, data=st.data())
def test_the_order_of_the_history_does_not_matter(
    earlier: list[int], newest: int, data: st.DataObject
) -> None:
    other = data.draw(st.permutations(earlier))
    assert judge(newest, [*map(float, earlier)]) == judge(newest, [*map(float, other)])


@pytest.mark.parametrize(
    ("loads", "noise", "factor", "lowest", "highest"),
    [
        pytest.param(8, 0.05, 1.0, 0.0, 0.03, id="false alarms at 5 % noise"),
        pytest.param(8, 0.10, 1.0, 0.0, 0.05, id="false alarms at 10 % noise"),
        pytest.param(5, 0.10, 1.0, 0.0, 0.11, id="false alarms after five loads"),
        pytest.param(8, 0.05, 0.5, 0.97, 1.0, id="half an export is found at 5 % noise"),
        pytest.param(8, 0.10, 0.5, 0.75, 1.0, id="half an export is found at 10 % noise"),
    ],
)
def test_false_alarms_and_what_is_found(
    loads: int, noise: float, factor: float, lowest: float, highest: float
) -> None:
    """Four thousand sources of 1,000 rows with log-normal noise, judged by their floor of 10 %."""
    random = Random(20261123)  # noqa: S311  # noise, not a secret
    points = pl.DataFrame(
        [
            (source, place, 1000 * exp(random.gauss(0, noise)) * (1 if place else factor))
            for source in range(4_000)
            for place in range(loads + 1)
        ],
        schema={"source": pl.Int64, "position": pl.Int64, "value": pl.Float64},
        orient="row",
    )
    judged = drifts(points, ["source"], pl.col("usual") * 0.1)
    assert lowest <= (judged["state"] == "drift").mean() <= highest  # type: ignore[operator]
