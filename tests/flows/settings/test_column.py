"""What may be declared of a column, and what is refused before anything is read."""

import re
import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from flows.paths import part
from flows.settings.column import ColumnSettings
from transforms.tables import ENTITIES

LOOKUP = {"entity": "rep", "match": ["rep_name"], "give": "rep_id"}


def test_example_of_the_documentation_is_as_it_should_be() -> None:
    (block,) = re.findall(
        r"```toml\n(.*?)```", part("docs", "values.md").read_text("utf-8"), re.DOTALL
    )
    columns = tomllib.loads(block)["columns"]
    assert set(columns) <= set(ENTITIES["opportunity"].column_names())
    assert all(ColumnSettings.model_validate(column) for column in columns.values())


@pytest.mark.parametrize("name", sorted(ColumnSettings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    pages = [
        part("docs", page).read_text("utf-8") for page in ("values.md", "mapping-an-export.md")
    ]
    assert any(f"`{name}`" in page or f"{name} =" in page for page in pages)
    assert ColumnSettings.model_fields[name].description


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param({}, "exactly one of", id="no origin"),
        pytest.param({"source": "a", "joined": ["b"]}, "exactly one of", id="two origins"),
        pytest.param({"source": "a", "value": 0}, "exactly one of", id="a constant beside it"),
        pytest.param({"source": "a", "date_formats": ["%d.%m"]}, "it has no year", id="no year"),
        pytest.param(
            {"source": "a", "convert": {"from": "b", "on": "c", "date_formats": ["%Q"]}},
            "%Q is not understood",
            id="day of the rate",
        ),
        pytest.param(
            {"source": "a", "convert": {"on": "c"}}, "name the currency", id="no currency"
        ),
        pytest.param(
            {"source": "a", "convert": {"currency": "usd", "on": "c"}}, "pattern", id="no ISO code"
        ),
        pytest.param(
            {"source": "a", "lookup": LOOKUP | {"entity": "repp"}},
            "did you mean rep",
            id="unknown entity",
        ),
        pytest.param(
            {"source": "a", "lookup": LOOKUP | {"give": "is_active"}},
            "no text column 'is_active'",
            id="no text",
        ),
        pytest.param(
            {"source": "a", "lookup": LOOKUP, "map": {"x": "y"}}, "exclude", id="lookup and map"
        ),
        pytest.param({"product_of": ["a", "b"], "pad_zeros": 3}, "is a number", id="zeros"),
        pytest.param({"source": "a", "pad_zeros": 0}, "greater than", id="no digits"),
        pytest.param({"source": "a", "decimal": ";"}, "'.' or ','", id="no decimal mark"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(says)):
        ColumnSettings.model_validate(settings)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"value": 0}, id="zero"),
        pytest.param({"value": False}, id="no"),
        pytest.param({"joined": ["a", "b"], "separator": "-"}, id="joined"),
        pytest.param({"generate": "row_json"}, id="row"),
        pytest.param({"source": "a", "convert": {"from": "b", "on": "c"}}, id="conversion"),
        pytest.param({"source": "a", "lookup": LOOKUP, "aliases": {"x": "y"}}, id="lookup"),
    ],
)
def test_settings_come_back_from_the_archived_document(settings: dict[str, Any]) -> None:
    column = ColumnSettings.model_validate(settings)
    document = column.model_dump(mode="json", exclude_defaults=True)
    assert ColumnSettings.model_validate(document) == column
