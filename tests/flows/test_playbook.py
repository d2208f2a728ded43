"""The playbook of a company: causes by class, with what is done about them (D-18)."""

import pytest
from pydantic import ValidationError

from flows.parameters import review_parameters
from flows.settings import CompanySettings, MetricSettings
from transforms.calendar import review_week

CAUSE = {
    "name": "合作前未做资质审核",
    "cause_class": "execution",
    "words": ["资质", "数据造假"],
    "countermeasures": ["优化渠道筛选标准"],
}


def settings(**cause: object) -> CompanySettings:
    return CompanySettings.model_validate({"company": {"name": "A"}, "playbook": [cause]})


def test_d18_the_playbook_of_the_settings_is_what_reviews_class_causes_by() -> None:
    found = review_parameters(settings(**CAUSE), MetricSettings(), review_week("2026-W46"))
    (cause,) = found.playbook
    assert (cause.name, cause.cause_class) == ("合作前未做资质审核", "execution")
    assert cause.words == ("资质", "数据造假")
    assert cause.countermeasures == ("优化渠道筛选标准",)


def test_d18_causes_are_strategy_execution_or_external() -> None:
    with pytest.raises(ValidationError, match="cause_class"):
        settings(**{**CAUSE, "cause_class": "weather"})
