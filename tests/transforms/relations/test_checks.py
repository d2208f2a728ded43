"""D-19: rules about effort that rose and a result that did not follow."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl
import pytest

from tests.transforms.relations.weekly import points
from tests.transforms.why.builders import PARAMETERS
from transforms.catalogue import CATALOGUE
from transforms.relations import RULES, process_checks
from transforms.relations.checks import LATEST_WEEKS

BEFORE = 26


def step(before: float, now: float) -> list[float]:
    """Weeks that swing by 4 % around a level, and around another one in the latest weeks."""
    levels = [before] * BEFORE + [now] * LATEST_WEEKS
    return [level * (1.04 if week % 2 else 0.96) for week, level in enumerate(levels)]


def rate(before: float, now: float, cases: int = 50) -> pl.DataFrame:
    """Weekly win rates with their numerators and denominators."""
    frame = points({"win_rate": step(before, now)})
    return frame.with_columns(
        (pl.col("value") * cases).cast(frame.schema["numerator"]).alias("numerator"),
        pl.lit(cases).cast(frame.schema["denominator"]).alias("denominator"),
    )


def found(series: Mapping[str, Sequence[float]], *more: pl.DataFrame) -> list[str]:
    frame = process_checks(pl.concat([points(series), *more]), PARAMETERS)
    return frame["rule"].to_list()


@pytest.mark.parametrize(
    ("proposals", "win_rate", "holds"),
    [
        pytest.param((20, 26), (0.3, 0.2), True, id="more proposals, fewer wins"),
        pytest.param((20, 26), (0.3, 0.3), False, id="win rate as before"),
        pytest.param((20, 20), (0.3, 0.2), False, id="no more proposals"),
        pytest.param((26, 20), (0.3, 0.2), False, id="fewer proposals"),
        pytest.param((20, 21.8), (0.3, 0.2), False, id="9 % more are no rise"),
    ],
)
def test_proposals_up_and_win_rate_down_means_check_the_fit(
    proposals: tuple[float, float], win_rate: tuple[float, float], *, holds: bool
) -> None:
    """D-19: proposals up, win rate down: check proposal fit."""
    assert found({"proposals": step(*proposals)}, rate(*win_rate)) == ["proposal_fit"] * holds


@pytest.mark.parametrize(
    ("proposals", "holds"),
    [
        pytest.param((10, 10), True, id="flat"),
        pytest.param((10, 8), True, id="down"),
        pytest.param((10, 13), False, id="up as well"),
    ],
)
def test_visits_up_and_leads_to_proposal_flat_means_check_discovery(
    proposals: tuple[float, float], *, holds: bool
) -> None:
    """D-19: visits up, leads-to-proposal flat: check discovery depth."""
    series = {
        "effective_visits": step(40, 56),
        "leads": step(50, 50),
        "proposals": step(*proposals),
    }
    assert ("discovery_depth" in found(series)) is holds


def test_a_row_states_both_changes_with_the_end_that_decides() -> None:
    frame = process_checks(
        pl.concat([points({"proposals": step(20, 26)}), rate(0.3, 0.2)]), PARAMETERS
    )
    (row,) = frame.to_dicts()
    assert row["process_before"] == pytest.approx(20 / 5)
    assert row["process_now"] == pytest.approx(26 / 5)
    assert row["process_change"] == pytest.approx(float(Fraction(3, 10)))
    assert 0 < row["process_change_low"] < row["process_change"]
    assert row["result_change"] == pytest.approx(-1 / 3)
    assert row["result_change"] < row["result_change_high"] < 0
    assert (row["weeks"], row["weeks_before"]) == (LATEST_WEEKS, BEFORE)


def test_fewer_weeks_than_the_setting_say_nothing() -> None:
    series = {"proposals": step(20, 26)[1:]}
    assert found(series, rate(0.3, 0.2)) == []


def test_every_rule_is_about_metrics_of_the_catalogue() -> None:
    named = {code for rule in RULES for code in (rule.process, *rule.result)}
    assert named <= CATALOGUE.keys()
