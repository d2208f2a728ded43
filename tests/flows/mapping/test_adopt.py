"""A ready map is taken as it is, but how the values are written is that of the file."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from flows.mapping.document import source_text
from flows.mapping.propose import Wish, propose
from flows.mapping.ready import ready_maps
from flows.settings.questions import open_keys, questions

DEAL = next(each for each in ready_maps() if each.name == "hubspot/deal")


def adopted(folder: Path, **values: str) -> str:
    """Write two deals in the layout of the ready map, mostly empty, and map them."""
    names = DEAL.seen.columns
    rows = [
        {"deal_id": str(number), "is_deleted": "false"} | dict(zip(values, cells, strict=True))
        for number, cells in enumerate(
            zip(*(text.split("|") for text in values.values()), strict=True)
        )
    ]
    lines = [";".join(row.get(name, "") for name in names) for row in rows]
    path = folder / "deals_2026-11.csv"
    path.write_text("\n".join([";".join(names), *lines]) + "\n", "utf-8")
    return source_text(propose(path, Wish()))


def column(text: str, name: str) -> Any:  # noqa: ANN401  # what TOML holds
    return tomllib.loads(text)["columns"][name]


def test_place_and_reading_are_those_of_the_file_and_comments_stay(tmp_path: Path) -> None:
    text = adopted(tmp_path, property_closedate="2026-11-03|2026-11-04")
    document = tomllib.loads(text)
    assert "seen" not in document
    assert document["files"] == "deals*.csv"
    assert document["read"] == {"delimiter": ";"}
    assert "hubspot/deal" in text.splitlines()[0]
    assert "# Which stages mean won, which lost?" in text
    assert open_keys(document) == ["columns.outcome"]
    assert document["columns"]["closed_on"] == "property_closedate"


@pytest.mark.parametrize(
    ("days", "formats"),
    [
        pytest.param("03/11/2026|25/11/2026", ["%d/%m/%Y"], id="d/m/y"),
        pytest.param("03/11/2026|11/25/2026", ["%m/%d/%Y"], id="m/d/y"),
        pytest.param("1790086400000|1790172800000", ["epoch_milliseconds"], id="epoch"),
    ],
)
def test_days_written_otherwise_are_read_so(tmp_path: Path, days: str, formats: list[str]) -> None:
    found = column(adopted(tmp_path, property_closedate=days), "closed_on")
    assert found == {"source": "property_closedate", "date_formats": formats}


def test_days_that_may_be_either_are_asked_for(tmp_path: Path) -> None:
    text = adopted(tmp_path, property_closedate="03/11/2026|04/11/2026")
    asked = {each.key: each.text for each in questions(text, tomllib.loads(text))}
    assert column(text, "closed_on")["date_formats"] == "?"
    assert "2 of 2 values are possible either way" in asked["columns.closed_on.date_formats"]


def test_a_decimal_comma_is_seen(tmp_path: Path) -> None:
    text = adopted(tmp_path, property_amount="1.234,50|99,00")
    assert column(text, "amount") == {"source": "property_amount", "decimal": ","}
