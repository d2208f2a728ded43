"""Weekly business reviews worked out by others: every value to 2 decimals."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.trend.inputs import read_daily, read_metrics
from transforms.trend.axis import axis
from transforms.trend.view import trends

SCENARIOS = ("scenario_1", "scenario_2", "scenario_3")
PARTS = ("weeks_current", "weeks_prior_year", "months_current", "months_prior_year", "labels")
MONTHS = {"DEC": 12, "MAY": 5}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_published_review_is_met(data_root: Path, name: str) -> None:
    folder = data_root / "wbr" / name
    if not folder.is_dir():
        pytest.skip(f"the published review wbr/{name} is not in FUPAN_DATA_ROOT ({data_root})")
    file = folder / "expected.json"
    metrics = read_metrics(file)
    rows = read_daily(folder / "daily.csv", "Date", metrics, file)
    cases: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["cases"]
    assert cases
    for case in cases:
        fiscal = MONTHS[case["fiscal_year_end_month"]]
        ends_on = date.fromisoformat(case["week_ending"])
        found = trends(rows, metrics, axis(ends_on, case["months_axis"], fiscal), "Date")
        trend = found[case["metric"]]
        for part in PARTS:
            assert getattr(trend, part) == pytest.approx(case[part], abs=0.005), part
        for total, value in case["box_totals"].items():
            assert trend.box_totals[total] == pytest.approx(value, abs=0.005), total
