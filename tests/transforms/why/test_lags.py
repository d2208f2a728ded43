"""D-18, level 4: by how many weeks a process metric comes before a result."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from tests.transforms.relations.weekly import noise, points
from tests.transforms.why.builders import PARAMETERS
from transforms.catalogue import CATALOGUE
from transforms.why.lags import Lag, Lags

TEAMS = ("华东一部", "华东二部", "华南一部", "华北部")
WEEKS = 105


def companies(lags: Mapping[str, int], strength: float) -> pl.DataFrame:
    """Weekly points of four teams; sales follow visits after as many weeks as said, seed 11."""
    generator = np.random.default_rng(11)
    frames = []
    for team in TEAMS:
        before = generator.normal(size=WEEKS)
        visits, sales = noise(generator, WEEKS) + 5 * before, noise(generator, WEEKS)
        lag = lags.get(team, 0)
        sales[lag:] += strength * before[: WEEKS - lag]
        series = {
            "effective_visits": visits,
            "sales_amount": sales,
            "proposals": noise(generator, WEEKS),
            "win_rate": noise(generator, WEEKS),
        }
        frames.append(points(series, team))
    return pl.concat(frames)


def test_a_lag_is_learned_over_all_teams_at_once() -> None:
    """Half as strong a relation as one team alone would need."""
    history = companies(dict.fromkeys(TEAMS, 3), 4.0)
    lags = Lags(history, CATALOGUE, PARAMETERS)
    assert lags.of("effective_visits", "sales_amount") == Lag(3, "learned")


def test_a_team_learns_from_its_own_weeks_alone() -> None:
    lagged = {"华东一部": 2, "华东二部": 5, "华南一部": 5, "华北部": 5}
    lags = Lags(companies(lagged, 9.0), CATALOGUE, PARAMETERS)
    assert lags.of("effective_visits", "sales_amount", team="华东一部") == Lag(2, "learned")
    assert lags.of("effective_visits", "sales_amount", team="华东二部") == Lag(5, "learned")


@pytest.mark.parametrize(
    ("process", "result", "driver", "expected"),
    [
        pytest.param("leads", "sales_amount", None, Lag(9, "sales_cycle"), id="60 days"),
        pytest.param("leads", "sales_amount", "win_rate", Lag(9, "sales_cycle"), id="its driver"),
        pytest.param(
            "leads", "sales_amount", "existing_volume", Lag(0, "same_week"), id="no new sale"
        ),
        pytest.param("proposals", "win_rate", "rate", Lag(0, "same_week"), id="late to late"),
        pytest.param("leads", "qualified_leads", None, Lag(0, "same_week"), id="early to early"),
    ],
)
def test_where_the_weeks_say_nothing_the_default_holds(
    process: str, result: str, driver: str | None, expected: Lag
) -> None:
    lags = Lags(companies({}, 0.0), CATALOGUE, PARAMETERS)
    assert lags.of(process, result, driver, cycle_days=60) == expected


def test_a_few_weeks_teach_nothing() -> None:
    history = companies(dict.fromkeys(TEAMS, 3), 9.0)
    recent = history.filter(
        pl.col("period_end") > history["period_end"].max() - pl.duration(weeks=30)
    )
    lags = Lags(recent, CATALOGUE, PARAMETERS)
    known = lags.of("effective_visits", "sales_amount", cycle_days=60)
    assert known == Lag(9, "sales_cycle")
    assert lags.of("effective_visits", "sales_amount") == Lag(0, "same_week")
