"""Working days and season taken out of the test of effects (D-16, D-20)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.quiet_weeks import FIRST, WEEKS, points
from tests.transforms.test_weighted_noise import CHINA
from tests.transforms.why.test_effects import (
    DECIDED,
    PARAMETERS,
    WOBBLE,
    effect,
    frame,
    item,
    weeks,
)
from transforms.calendar import latest_complete_week, review_week
from transforms.catalogue import CATALOGUE
from transforms.noise_basis import noise_bases
from transforms.parameters import Calendar, Parameters
from transforms.tables.act import ActionItem
from transforms.tables.review import MetricValue
from transforms.why.effects import action_effects

WORKED = (5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5)
"""Working days of the thirteen weeks up to the decision."""
HOLIDAYS = Parameters(
    week=PARAMETERS.week,
    calendar=Calendar(
        holidays=frozenset(date(2026, 11, 2) + timedelta(days=day) for day in (0, 1, 2, 3, 4, 7, 8))
    ),
)
"""Of the four weeks after the decision the second is off, the third has three working days."""
_RISE = (*(Decimal(1),) * 10, Decimal("1.25"), Decimal(1))
SEASON = Parameters(week=PARAMETERS.week, calendar=Calendar(month_weights=_RISE))
"""A day of November sells a fourth more than one of any other month."""


def on(basis: str | None) -> pl.DataFrame:
    """What the reviewed week's values say of the basis of leads."""
    return frame(
        MetricValue,
        {
            "metric": "leads",
            "scope_kind": "company",
            "scope": "company",
            "period_kind": "week",
            "period_start": PARAMETERS.week.starts_on,
            "period_end": PARAMETERS.week.ends_on,
            "noise_basis": basis,
        },
    )


@pytest.mark.parametrize(
    ("after", "parameters", "basis", "verdict", "as_is"),
    [
        pytest.param(
            (123, 0, 75, 124), HOLIDAYS, "working_days", "worked", "no_effect",
            id="a rise in spite of holidays",
        ),
        pytest.param(
            (99, 0, 61, 101), HOLIDAYS, "working_days", "no_effect", "no_effect",
            id="a holiday is no fall: nothing moved",
        ),
        pytest.param(
            (112, 124, 126, 125), SEASON, "season", "no_effect", "worked",
            id="a rise of the season alone",
        ),
        pytest.param(
            (134, 150, 149, 151), SEASON, "season", "worked", "worked",
            id="a rise beyond that of the season",
        ),
    ],
)  # fmt: skip
def test_d20_working_days_and_season_are_no_effect(
    after: tuple[float, ...], parameters: Parameters, basis: str, verdict: str, as_is: str
) -> None:
    """As weeks are held against the noise (D-16); `as_is` is what the plain weeks would say."""
    row = frame(ActionItem, item())
    found = action_effects(row, weeks(after), on(basis), parameters).row(0, named=True)
    plain = action_effects(row, weeks(after), on("as_is"), parameters).row(0, named=True)
    assert (found["verdict"], plain["verdict"]) == (verdict, as_is)
    assert (found["noise_basis"], plain["noise_basis"]) == (basis, "as_is")


def test_d16_means_and_band_of_weeks_that_do_not_weigh_alike_by_hand() -> None:
    """Sixteen weeks have five working days, one three: a usual week has 4.57 of them."""
    row, history = frame(ActionItem, item()), weeks((121, 0, 73, 122))
    found = action_effects(row, history, on("working_days"), HOLIDAYS).row(0, named=True)
    usual = (15 * 5 + 3) / 17
    assert (found["weeks_before"], found["weeks_after"]) == (13, 3)
    assert found["before"] == pytest.approx(sum(WOBBLE) / (13 * 5) * usual)
    assert found["after"] == pytest.approx((121 + 73 + 122) / 13 * usual)
    assert found["moved"] == pytest.approx(found["after"] - found["before"])
    ranges = [abs(b - a) / (5 / usual) ** 0.5 for a, b in pairwise(WOBBLE)]
    spread = (usual / (13 * 5) + usual / 13) ** 0.5
    assert found["noise_band"] == pytest.approx(2.66 * sum(ranges) / 12 * spread)


@given(st.integers(1, 10**6), st.integers(0, 10**4))
def test_d20_what_keeps_to_its_working_days_has_not_moved(a_day: int, cents: int) -> None:
    """No rounding of a mean is taken for a movement, though such a series has no spread at all."""
    amount = Decimal(a_day) + Decimal(cents) / 10**4
    days = (*WORKED, 5, 3)
    last = review_week(DECIDED).starts_on
    holidays = {last - timedelta(weeks=3), last + timedelta(days=14), last + timedelta(days=15)}
    parameters = replace(PARAMETERS, calendar=Calendar(holidays=frozenset(holidays)))
    before = tuple(float(amount * (5 - (place == 9))) for place in range(13))
    after = tuple(float(amount * each) for each in days[13:])
    row = frame(ActionItem, item(effect_delta=amount))
    found = action_effects(row, weeks(after, before), on("working_days"), parameters)
    assert found["verdict"].to_list() == ["no_effect"]
    assert found["moved"][0] == pytest.approx(0, abs=1e-6)


def test_d20_a_rise_exactly_as_expected_worked() -> None:
    """0.35 − 0.3 is 0.05, though less in floating point."""
    steady = tuple(0.3 for _ in range(13))
    assert 0.35 - 0.3 < 0.05
    found = effect(weeks((0.35,), steady), effect_delta=Decimal("0.05"))
    assert found["verdict"] == "worked"


def test_d20_quiet_companies_are_misjudged_less_often_than_by_their_plain_weeks() -> None:
    """Two companies with holidays and a season; 20 % expected of two, four and eight weeks.

    Where nothing was planted: beyond noise either way. Where 30 % were: called without effect.
    """
    found = {
        (planted, is_plain): pl.concat(
            _judged(seed, planted=planted, is_plain=is_plain) for seed in range(2)
        )
        for planted in (False, True)
        for is_plain in (False, True)
    }
    is_moved = pl.col("moved").abs() > pl.col("noise_band")
    moved, plainly_moved = (_share(found[False, each], is_moved) for each in (False, True))
    is_missed = pl.col("verdict") == "no_effect"
    missed, plainly_missed = (_share(found[True, each], is_missed) for each in (False, True))
    assert moved < 0.05 < plainly_moved
    assert missed < 0.01 < plainly_missed


def _share(effects: pl.DataFrame, that: pl.Expr) -> float:
    return effects.filter(that).height / effects.height


def _judged(seed: int, *, planted: bool, is_plain: bool) -> pl.DataFrame:
    """Effects of a company's metrics in many weeks; 30 % more since the decision if planted."""
    history = points(seed, CHINA)
    found = []
    for place in range(40, WEEKS, 6):
        start = FIRST + timedelta(weeks=place)
        week = latest_complete_week(start + timedelta(days=6))
        parameters = Parameters(week=week, calendar=CHINA)
        bases = noise_bases(history, CATALOGUE, parameters)
        for count in (2, 4, 8):
            decided = latest_complete_week(week.ends_on - timedelta(weeks=count))
            since = pl.col("period_start") > decided.ends_on
            seen = history.filter(pl.col("period_start") <= start).with_columns(
                pl.when(since & planted).then(pl.col(name) * factor).otherwise(name).alias(name)
                for name, factor in (("numerator", Decimal("1.3")), ("value", 1.3))
            )
            values = pl.concat(
                on("as_is" if is_plain else bases.basis(code)).with_columns(metric=pl.lit(code))
                for code in ("leads", "sales_amount")
            )
            usual = history.filter(pl.col("period_start") <= decided.starts_on)
            rows = [
                item(
                    action_id=f"{metric} {scope}",
                    decided_in_week=decided.label,
                    due_on=week.ends_on,
                    effect_metric=metric,
                    effect_delta=round(Decimal(mean) / 5, 4),
                    scope_kind=kind,
                    scope=scope,
                )
                for metric, kind, scope, mean in usual.sort("period_start")
                .group_by("metric", "scope_kind", "scope", maintain_order=True)
                .agg(pl.col("value").tail(13).mean())
                .iter_rows()
            ]
            found.append(action_effects(frame(ActionItem, *rows), seen, values, parameters))
    return pl.concat(found)
