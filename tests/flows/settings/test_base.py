"""Errors of settings teach: file, key, value and what is allowed."""

from pathlib import Path
from typing import Any

import pytest

from flows.errors import SettingsError
from flows.settings import CompanySettings, MetricSettings, SourceSettings
from flows.settings.base import Settings, parse

SOURCE = {"title": "t", "entity": "event", "files": "*"}
COLUMNS = {"event_id": "a", "starts_on": "b", "description": "c"}


@pytest.mark.parametrize(
    ("model", "data", "says"),
    [
        pytest.param(
            SourceSettings,
            SOURCE | {"columns": COLUMNS, "read": {"header": 2}},
            "read.header: no such setting; did you mean header_row",
            id="in a section",
        ),
        pytest.param(
            SourceSettings,
            SOURCE | {"columns": COLUMNS | {"starts_on": {"source": "b", "date_format": ["%Y"]}}},
            "columns.starts_on.date_format: no such setting; did you mean date_formats?",
            id="in a table of models",
        ),
        pytest.param(
            SourceSettings,
            SOURCE | {"columns": COLUMNS | {"starts_on": {"cases": [{"column": "x", "thn": "y"}]}}},
            "columns.starts_on.cases.0.thn: no such setting; did you mean then?",
            id="in a list inside a table of models",
        ),
        pytest.param(
            CompanySettings,
            {"company": {"name": "a"}, "stages": [{"name": "x", "allowed": 3}]},
            "stages.0.allowed: no such setting; did you mean allowed_days?",
            id="in a list of models",
        ),
        pytest.param(
            MetricSettings,
            {"metrics": {"aov": {"lights": {"plan_gren": 1}}}},
            "metrics.aov.lights.plan_gren: no such setting; did you mean plan_green",
            id="in a section that may be absent",
        ),
    ],
)
def test_unknown_key_lists_the_known_ones_of_its_place(
    model: type[Settings], data: dict[str, Any], says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(model, data, Path("sources/x.toml"))
    assert says in caught.value.what
