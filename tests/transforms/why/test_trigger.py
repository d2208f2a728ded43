"""Which deviations start a chain (D-17)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.why.builders import PARAMETERS, WEEK, Row, history, value, values, week
from transforms.catalogue import CATALOGUE
from transforms.parameters import Calendar
from transforms.why.ranking import ranked
from transforms.why.trigger import triggered


@pytest.mark.parametrize(
    ("row", "reference_kind"),
    [
        pytest.param(value("sales_amount", "90", "100"), None, id="exactly 10 % under"),
        pytest.param(value("sales_amount", "1.1", "1"), None, id="exactly 10 % over"),
        pytest.param(value("sales_amount", "89.999999", "100"), "plan", id="just beyond, under"),
        pytest.param(value("sales_amount", "110.000001", "100"), "plan", id="just beyond, over"),
        pytest.param(value("win_rate", "12", "0.15", denominator=Decimal(100)), "plan", id="ratio"),
        pytest.param(
            value("win_rate", "27", "0.3", denominator=Decimal(100)), None, id="ratio, exactly 10 %"
        ),
        pytest.param(value("leads", "0", "10", state="zero"), "plan", id="zero is a value"),
        pytest.param(value("leads", "0", "0"), None, id="nothing due"),
        pytest.param(
            value("win_rate", "1", "0.5", state="too_few_cases", denominator=Decimal(3)),
            None,
            id="too few cases",
        ),
        pytest.param(value("win_rate", "1", "0.5", state="no_data"), None, id="no data"),
        pytest.param(
            value("win_rate", "0", "0.5", denominator=Decimal(0)), None, id="ratio over nothing"
        ),
        pytest.param(
            value("sales_amount", "50", "100", target_state="not_due"), None, id="not due yet"
        ),
        pytest.param(value("sales_amount", "50", baseline=100.0), None, id="quarter, no target"),
        pytest.param(
            week("sales_amount", "50", baseline=100.0, is_signal=False), None, id="no signal"
        ),
        pytest.param(
            week("sales_amount", "50", baseline=100.0, is_signal=True), "baseline", id="signal"
        ),
        pytest.param(
            week("leads", "90", "100", baseline=60.0, is_signal=True),
            "baseline",
            id="on plan, yet a signal",
        ),
        pytest.param(
            week("leads", "80", "100", baseline=60.0, is_signal=True), "plan", id="off plan first"
        ),
        pytest.param(
            week("leads", "90", "100", baseline=60.0, is_signal=False), None, id="on plan, noise"
        ),
        pytest.param(
            week("leads", "95", baseline=100.0, is_signal=True), "baseline", id="small signal"
        ),
        pytest.param(
            week("leads", "100", baseline=100.0, is_signal=True), None, id="a run, but no gap"
        ),
        pytest.param(
            week("win_rate", "1", denominator=Decimal(3), baseline=0.5, is_signal=True)
            | {"state": "too_few_cases"},
            None,
            id="a signal of too few cases",
        ),
        pytest.param(
            value("sales_amount", "50", "100", scope_kind="rep", scope="R1"), None, id="a rep"
        ),
        pytest.param(value("target_attainment", "50", "100"), None, id="sales in other words"),
        pytest.param(
            value("sales_amount", "50", "100", period_kind="ytd"), None, id="year to date"
        ),
    ],
)
def test_a_deviation_beyond_ten_percent_starts_a_chain(
    row: Row, reference_kind: str | None
) -> None:
    cases = triggered(values(row), history(row["metric"], []), CATALOGUE, PARAMETERS)
    assert [case.reference_kind for case in cases] == ([reference_kind] if reference_kind else [])


def test_a_case_says_what_missed_by_how_much() -> None:
    rows = values(value("win_rate", "1", "0.5", denominator=Decimal(3)))
    (case,) = triggered(rows, history("win_rate", []), CATALOGUE, PARAMETERS)
    assert case.case_id == "2026-W46:win_rate:team:华东二部:qtd"
    assert case.actual == Decimal("0.333333")
    assert case.gap == Decimal("-0.166667")
    assert case.weight == 3


@pytest.mark.parametrize(
    ("row", "points", "is_noise"),
    [
        pytest.param(value("leads", "80", "100"), [10.0, 20.0] * 6, True, id="inside the band"),
        pytest.param(value("leads", "20", "100"), [10.0, 20.0] * 6, False, id="outside the band"),
        pytest.param(value("leads", "80", "100"), [10.0, 20.0] * 3, False, id="history too short"),
        pytest.param(value("leads", "80", "100"), [15.0] * 12, False, id="history without a move"),
        pytest.param(
            week("leads", "80", "100", is_signal=False),
            [10.0, 20.0] * 6,
            True,
            id="week, no signal",
        ),
        pytest.param(
            week("leads", "80", "100", is_signal=True), [10.0, 20.0] * 6, False, id="week, signal"
        ),
    ],
)
def test_a_deviation_is_held_against_the_noise_of_its_history(
    row: Row, points: list[float], is_noise: bool
) -> None:
    """Weekly moves of 10 make a band of 26.6, which 46 days widen to 68.2 (D-16)."""
    (case,) = triggered(values(row), history("leads", points), CATALOGUE, PARAMETERS)
    assert case.is_within_noise is is_noise


def test_the_band_of_a_ratio_narrows_with_the_period() -> None:
    row = value("win_rate", "30", "0.5", denominator=Decimal(100))
    (case,) = triggered(values(row), history("win_rate", [0.4, 0.6] * 6), CATALOGUE, PARAMETERS)
    assert case.bands == pytest.approx(0.2 / (0.532 / (46 / 7) ** 0.5))


@pytest.mark.parametrize(
    ("actual", "is_beyond"),
    [
        pytest.param("95", False, id="small"),
        pytest.param("110", False, id="exactly 10 %"),
        pytest.param("89", True, id="beyond, under"),
        pytest.param("111", True, id="beyond, over"),
    ],
)
def test_a_signal_within_the_trigger_is_listed_but_has_no_page(
    actual: str, is_beyond: bool
) -> None:
    """D-16, D-17: however far it stands out of its noise, it is a line."""
    rows = values(week("sales_amount", actual, baseline=100.0, is_signal=True))
    past = history("sales_amount", [100.0, 100.5] * 6)
    found = ranked(triggered(rows, past, CATALOGUE, PARAMETERS), rows, {}, 6)
    assert [(case.is_beyond_trigger, case.has_page) for case in found] == [(is_beyond, is_beyond)]


def test_signals_within_the_trigger_come_after_those_beyond_and_before_noise() -> None:
    """Money at stake ranks within each."""
    rows = values(
        week("sales_amount", "95", baseline=100.0, is_signal=True),
        week("leads", "50", baseline=100.0, is_signal=True),
        week("cash_collected", "50", "100", is_signal=False),
    )
    points = [100.0, 130.0] * 6
    past = pl.concat(history(row, points) for row in ("sales_amount", "leads", "cash_collected"))
    found = ranked(triggered(rows, past, CATALOGUE, PARAMETERS), rows, {}, 6)
    assert [case.metric for case in found] == ["leads", "sales_amount", "cash_collected"]


@pytest.mark.parametrize(
    ("actual", "limits", "found"),
    [
        pytest.param("50", (55.0, 65.0), True, id="below its limits and below its past"),
        pytest.param("90", (55.0, 65.0), False, id="much for a short week, yet below its past"),
        pytest.param("130", (55.0, 65.0), True, id="above its limits and above its past"),
    ],
)
def test_a_short_week_is_a_case_on_the_side_on_which_it_is_a_signal(
    actual: str, limits: tuple[float, float], found: bool
) -> None:
    """D-16, D-18: the 13 weeks of the baseline know no holidays, the limits do."""
    own: Row = {"week_weight": 0.6, "limit_low": limits[0], "limit_high": limits[1]}
    row = week("leads", actual, baseline=100.0, is_signal=True, **own)
    cases = triggered(values(row), history("leads", [100.0] * 12), CATALOGUE, PARAMETERS)
    assert [case.reference for case in cases] == ([100] if found else [])


@pytest.mark.parametrize(
    ("day_off", "bands"),
    [
        pytest.param(WEEK.starts_on, 0.8**-0.5, id="four working days"),
        pytest.param(WEEK.starts_on - timedelta(weeks=90), 1.0, id="five"),
    ],
)
def test_the_band_of_a_sum_has_the_weight_of_its_days(day_off: date, bands: float) -> None:
    """Weekly moves of 10 make a band of 26.6; four days of five are √0.8 as wide."""
    parameters = replace(PARAMETERS, calendar=Calendar(holidays=frozenset({day_off})))
    past = history("leads", [10.0, 20.0] * 50)
    everywhere = past.with_columns(scope_kind=pl.lit("company"), scope=pl.lit("company"))
    points = pl.concat([past, everywhere])
    row = week("leads", "73.4", "100", is_signal=True)
    (case,) = triggered(values(row), points, CATALOGUE, parameters)
    assert case.bands == pytest.approx(bands, rel=0.01)
