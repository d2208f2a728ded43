"""Exports of six systems in their public column names: mapped, answered, loaded, added up."""

import csv
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
import xlsxwriter

from flows.mapping.document import source_text
from flows.mapping.propose import propose
from flows.paths import part
from flows.settings.questions import open_keys
from tests.flows.mapping.answering import Loaded, answered, load, lost, new_company

pytestmark = pytest.mark.xdist_group("unseen exports")  # its fixtures are made once

EXPORTS: Final = sorted(part("tests", "flows", "mapping", "exports").glob("*.toml"))
NAMES: Final = [path.stem for path in EXPORTS]


@dataclass(frozen=True)
class Mapped:
    """One of them after `fupan map`, and what it has to be."""

    document: dict[str, Any]
    wanted: dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company that has all of them."""
    return new_company(tmp_path_factory.mktemp("unseen") / "acme")


@pytest.fixture(scope="module")
def mapped(folder: Path) -> dict[str, Mapped]:
    """Write each export as its system does, have it mapped, and answer what is asked."""
    found = {}
    for place in EXPORTS:
        wanted = tomllib.loads(place.read_text("utf-8"))
        path = folder / "inbox" / wanted["file_name"]
        _write(path, place.with_suffix(".csv").read_text("utf-8"), wanted["encoding"])
        text = source_text(propose(path))
        found[place.stem] = Mapped(tomllib.loads(text), wanted)
        source = folder / "sources" / f"{place.stem}.toml"
        source.write_text(answered(text, wanted["answers"]), "utf-8")
    return found


def _write(path: Path, text: str, encoding: str) -> None:
    """Write an export: a workbook with numbers in number cells, or text in its encoding."""
    if path.suffix != ".xlsx":
        path.write_bytes(text.encode(encoding))
        return
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(csv.reader(text.splitlines())):
            sheet.write_row(row, 0, cells)


@pytest.fixture(scope="module")
def loaded(folder: Path, mapped: dict[str, Mapped]) -> Loaded:
    """All of them loaded in one run."""
    assert mapped
    return load(folder)


@pytest.mark.parametrize("name", NAMES)
def test_entity_key_and_columns_are_found(mapped: dict[str, Mapped], name: str) -> None:
    document, wanted = mapped[name].document, mapped[name].wanted
    found = {
        column: origin["source"] if isinstance(origin, dict) else origin
        for column, origin in document["columns"].items()
        if isinstance(origin, str) or "source" in origin
    }
    assert document["entity"] == wanted["entity"]
    assert found == wanted["columns"]


@pytest.mark.parametrize("name", NAMES)
def test_only_what_cannot_be_known_is_asked(mapped: dict[str, Mapped], name: str) -> None:
    assert sorted(open_keys(mapped[name].document)) == sorted(mapped[name].wanted["answers"])


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_loaded_and_adds_up(
    mapped: dict[str, Mapped], loaded: Loaded, name: str
) -> None:
    wanted = mapped[name].wanted
    file = loaded.file(name)
    assert (file["rows_read"], file["rows_rejected"], lost(file)) == (wanted["rows"], 0, 0)
    total = loaded.total(name, wanted["entity"], wanted["total"]["column"])
    assert total == Decimal(wanted["total"]["sum"])
