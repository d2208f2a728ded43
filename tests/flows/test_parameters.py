"""Settings become the parameters of the transforms."""

from datetime import date
from decimal import Decimal

import pytest

from flows.errors import SettingsError
from flows.parameters import active_catalogue, review_parameters
from flows.settings import CompanySettings, MetricSettings
from transforms.catalogue import CATALOGUE
from transforms.parameters import ReviewWeek

WEEK = ReviewWeek("2026-W46", date(2026, 11, 9), date(2026, 11, 15))
SETTINGS = CompanySettings.model_validate(
    {"company": {"name": "A"}, "lights": {"minimum_cases": 7}, "stages": [{"name": "谈判"}]}
)


def _metrics(**override: object) -> MetricSettings:
    return MetricSettings.model_validate({"metrics": {"win_rate": override}})


def test_a_metric_has_thresholds_of_its_own() -> None:
    """D-15: thresholds per metric."""
    metrics = _metrics(minimum_cases=20, trigger="0.25")
    parameters = review_parameters(SETTINGS, metrics, WEEK)
    assert parameters.lights_of("win_rate").minimum_cases == 20
    assert parameters.lights_of("aov").minimum_cases == 7
    assert parameters.trigger_of("win_rate") == Decimal("0.25")
    assert parameters.trigger_of("aov") == Decimal("0.10")


def test_stages_keep_their_order() -> None:
    parameters = review_parameters(SETTINGS, MetricSettings(), WEEK)
    assert [(stage.name, stage.position) for stage in parameters.stages] == [("谈判", 1)]


def test_a_metric_is_renamed_or_switched_off() -> None:
    renamed = active_catalogue(_metrics(title_zh="赢单率"), CATALOGUE)["win_rate"]
    assert (renamed.title_zh, renamed.title_en) == ("赢单率", "Win rate")
    assert "win_rate" not in active_catalogue(_metrics(is_active=False), CATALOGUE)


def test_an_unknown_metric_is_named_with_the_nearest() -> None:
    settings = MetricSettings.model_validate({"metrics": {"win_rat": {"is_active": False}}})
    with pytest.raises(SettingsError, match="did you mean win_rate"):
        active_catalogue(settings, CATALOGUE)
