"""Ready maps: each an ordinary source that reads nothing but the columns seen in a real file."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from flows.mapping.ready import SeenSettings, ready_maps
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


def test_no_two_maps_are_recognised_by_the_same_columns() -> None:
    times = Counter(frozenset(each.seen.columns) for each in ready_maps())
    assert max(times.values()) == 1


WHOLE: Final = SeenSettings(system="X", version="1", columns=("id", "name"), is_whole=True)


@pytest.mark.parametrize(
    ("seen", "header", "fits"),
    [
        pytest.param(WHOLE, {"id", "name"}, True, id="the whole header"),
        pytest.param(WHOLE, {"id", "name", "amount"}, False, id="more than the whole"),
        pytest.param(
            WHOLE.model_copy(update={"is_whole": False}), {"id", "name", "amount"}, True, id="more"
        ),
        pytest.param(WHOLE.model_copy(update={"is_whole": False}), {"id"}, False, id="less"),
    ],
)
def test_a_header_fits_by_its_columns(seen: SeenSettings, header: set[str], *, fits: bool) -> None:
    assert seen.fits(header) is fits
