"""D-18, level 4: what moved in a place and not in like places, and how often chance does it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from tests.transforms.why.panel_builders import quiet, series
from transforms.why.differences import Stretch
from transforms.why.like_segments import Asked, Moved, moved
from transforms.why.onset import onset
from transforms.why.panels import Panel

LEAST = 0.1


def found(
    panel: Panel, weeks: int, lag: int = 0, story: Sequence[Mapping[str, str]] = ()
) -> list[Moved]:
    lags = {each.code: lag for each in series(panel)}
    asked = Asked(lags, Stretch(weeks, 0, 13), story, LEAST)
    return moved({"fact": panel}, series(panel), asked)


def halved(panel: Panel, code: str, weeks: int, lag: int = 0) -> Panel:
    """Halve a series of the place itself in the weeks of the case, `lag` weeks earlier."""
    last = panel.numerators[code].shape[1] - lag
    panel.numerators[code][0, last - weeks : last] //= 2
    return panel


def rate(seeds: range, units: int, weeks: int) -> float:
    return sum(
        bool(found(quiet(np.random.default_rng(seed), units), weeks)) for seed in seeds
    ) / len(seeds)


@pytest.mark.parametrize(("units", "weeks"), [(1, 1), (6, 4)])
def test_with_nothing_planted_hardly_anything_is_shown(units: int, weeks: int) -> None:
    """D-18: 5 of 100 cases promised; 100 cases, seeds 500 to 599."""
    assert rate(range(500, 600), units, weeks) <= 0.12


@pytest.mark.soak
@pytest.mark.parametrize("units", [1, 2, 6, 12])
@pytest.mark.parametrize("weeks", [1, 4, 7, 8])
def test_the_rate_of_false_evidence_is_the_one_promised(units: int, weeks: int) -> None:
    """D-18: 500 cases each, seeds 5000 to 5499.

    Three standard errors above 5 %, and one point for what weeks that hang together add.
    """
    assert rate(range(5000, 5500), units, weeks) <= 0.06 + 3 * (0.05 * 0.95 / 500) ** 0.5


@pytest.mark.parametrize("lag", [0, 3])
def test_a_behaviour_is_found_with_its_lag_and_an_interval(lag: int) -> None:
    """D-18, level 4: seed 1; half of what like segments did, `lag` weeks before."""
    panel = halved(quiet(np.random.default_rng(1), 6), "s0", 4, lag)
    (row,) = found(panel, 4, lag)
    assert (row.series.code, row.members, row.lag_weeks) == ("s0", ("渠道0",), lag)
    assert row.effect == pytest.approx(-row.reference / 2, rel=0.35)
    assert row.low < row.effect < row.high < 0
    assert row.comparison == tuple(f"渠道{unit}" for unit in range(1, 6))
    assert row.actual == pytest.approx(panel.numerators["s0"][0, 100 - lag : 104 - lag].mean())


def test_looked_at_in_the_wrong_weeks_it_is_not_found() -> None:
    panel = halved(quiet(np.random.default_rng(1), 6), "s0", 4, 6)
    assert found(panel, 4, 0) == []


def test_what_moves_everywhere_alike_is_no_behaviour_of_the_place() -> None:
    """D-18: a difference in differences takes away what like segments did as well."""
    panel = quiet(np.random.default_rng(1), 6)
    panel.numerators["s0"][:, -4:] //= 2
    assert found(panel, 4) == []
    alone = quiet(np.random.default_rng(1), 6)
    alone.numerators["s0"][:, -4:] //= 2
    single = Panel(
        (),
        ((),),
        0,
        {code: matrix[:1] for code, matrix in alone.numerators.items()},
        {code: matrix[:1] for code, matrix in alone.denominators.items()},
    )
    (row,) = found(single, 4)
    assert (row.series.code, row.comparison) == ("s0", ())


def test_a_segment_of_the_story_is_no_like_segment() -> None:
    panel = halved(quiet(np.random.default_rng(1), 6), "s0", 4)
    (row,) = found(panel, 4, story=[{"channel": "渠道0"}, {"channel": "渠道3", "team": "x"}])
    assert "渠道3" not in row.comparison
    assert len(row.comparison) == 4


def test_too_short_a_past_says_nothing() -> None:
    panel = halved(quiet(np.random.default_rng(1), 1), "s0", 8)
    young = Panel(panel.dimensions, panel.units, 70, panel.numerators, panel.denominators)
    assert found(young, 8) == []


def test_a_share_that_moves_by_a_point_is_no_behaviour() -> None:
    panel = quiet(np.random.default_rng(1), 6)
    panel.denominators["s1"][:] = 10_000
    panel.numerators["s1"][:] = 0
    panel.numerators["s1"][0, -4:] = 150
    assert found(panel, 4) == []
    panel.numerators["s1"][0, -4:] = 300
    assert [row.series.code for row in found(panel, 4)] == ["s1"]


@pytest.mark.parametrize("code", ["s0", "s1"], ids=["count", "share"])
@pytest.mark.parametrize("weeks_before", [0, 2, 5])
def test_a_series_without_a_known_lag_is_shown_from_the_week_in_which_it_moved(
    code: str, weeks_before: int
) -> None:
    """D-18, level 4: seed 1; a fifth of what it was, from so many weeks before the case on."""
    panel = quiet(np.random.default_rng(1), 6)
    panel.numerators[code][0, -4 - weeks_before :] //= 5
    asked = Asked({code: 0}, Stretch(4, 0, 13), (), LEAST, {code: 12})
    rows = {row.series.code: row for row in moved({"fact": panel}, series(panel), asked)}
    row = rows[code]
    assert (row.lag_weeks, row.is_dated) == (weeks_before, weeks_before > 0)
    assert row.low < row.effect < row.high < 0


def test_a_step_is_not_dated_where_the_past_is_too_short_or_all_weeks_are_alike() -> None:
    panel = quiet(np.random.default_rng(1), 6)
    every = np.array([False] + [True] * 5)
    (first, *_) = series(panel)
    young = Panel(panel.dimensions, panel.units, 80, panel.numerators, panel.denominators)
    assert onset(young, first, Stretch(4, 0, 13), every, 12) is None
    panel.numerators[first.code][:] = 7
    assert onset(panel, first, Stretch(4, 0, 13), every, 12) is None
