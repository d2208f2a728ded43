"""Ready maps: each an ordinary source that reads nothing but the columns seen in a real file."""

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from flows.paths import part
from flows.settings import SourceSettings
from flows.settings.base import parse
from flows.settings.questions import open_keys

MAPS: Final = sorted(part("examples", "maps").rglob("*.toml"))
NAMES: Final = [f"{path.parent.name}/{path.stem}" for path in MAPS]
ANSWERS: Final[dict[str, Any]] = {
    "columns.outcome": {
        "cases": [{"column": "deal_pipeline_stage_id", "pattern": "^closedwon$", "then": "won"}],
        "default": "open",
    }
}
"""What a person would write for a question that a ready map asks."""


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    document = tomllib.loads(path.read_text("utf-8"))
    seen = document.pop("seen")
    for key in open_keys(document):
        table, column = key.split(".")
        document[table][column] = ANSWERS[key]
    return document, seen


@pytest.mark.parametrize("path", MAPS, ids=NAMES)
def test_a_map_is_a_source_that_reads_only_columns_seen(path: Path) -> None:
    document, seen = _read(path)
    source = parse(SourceSettings, document, path)
    read: set[str | None] = {source.tombstone.column} if source.tombstone else set()
    for column in source.columns.values():
        read |= {column.source, *column.joined, *(case.column for case in column.cases)}
    assert read - {None} <= set(seen["columns"])
    assert seen["system"]
    assert seen["version"]


@pytest.mark.parametrize("path", MAPS, ids=NAMES)
def test_no_two_maps_are_seen_by_the_same_columns(path: Path) -> None:
    columns = set(_read(path)[1]["columns"])
    same = [other for other in MAPS if set(_read(other)[1]["columns"]) == columns]
    assert same == [path]
