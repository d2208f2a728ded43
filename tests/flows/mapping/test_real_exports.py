"""Every real header file: mapped by `fupan map`, answered, loaded, every row accounted for."""

import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from flows.mapping.document import source_text
from flows.mapping.propose import propose
from flows.paths import part
from flows.settings.questions import open_keys
from tests.flows.mapping.answering import Loaded, answered, load, lost, new_company

pytestmark = pytest.mark.xdist_group("real exports")  # its fixtures are made once

ANSWERS: Final[Mapping[str, Mapping[str, str]]] = {
    "hubspot/deal_data.csv": {
        "columns.outcome": (
            "{ cases = ["
            '{ column = "deal_pipeline_stage_id", pattern = "^closedwon$", then = "won" }, '
            '{ column = "deal_pipeline_stage_id", pattern = "^closedlost$", then = "lost" }'
            '], default = "open" }'
        )
    }
}
"""What a person answers: file → key → TOML."""

_ROW: Final = re.compile(
    r"^\| (?P<file>\S+/\S+) \| (?P<entity>\w+) \| (?P<questions>\d+) \|", re.MULTILINE
)
PAGE: Final = part("docs", "known-systems.md")
STATED: Final = {
    row["file"]: (row["entity"], int(row["questions"]))
    for row in _ROW.finditer(PAGE.read_text("utf-8"))
}
"""The table of docs/known-systems.md: file → entity and number of questions."""


@dataclass(frozen=True)
class Real:
    """All of them after `fupan map` and one run of the ingest."""

    entities: Mapping[str, str]
    asked: Mapping[str, list[str]]
    loaded: Loaded


def _files(data_root: Path) -> dict[str, Path]:
    folders = [*sorted((data_root / "crm_export_layouts").glob("*/"))]
    found = [path for folder in folders for path in folder.glob("*.csv")]
    found += (data_root / "chinese_erp_templates").glob("*.xls")
    return {f"{path.parent.name}/{path.name}": path for path in sorted(found)}


def _source(file: str) -> str:
    return re.sub(r"\W", "_", file.rpartition(".")[0])


@pytest.fixture(scope="module")
def real(data_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Real:
    """Map each file, answer what is asked, and load them all into one company."""
    files = _files(data_root)
    if not files:
        pytest.skip(f"crm_export_layouts and chinese_erp_templates are not in {data_root}")
    folder = new_company(tmp_path_factory.mktemp("real") / "acme")
    entities, asked = {}, {}
    for file, path in files.items():
        shutil.copyfile(path, folder / "inbox" / path.name)
        text = source_text(propose(path))
        document = tomllib.loads(text)
        entities[file], asked[file] = document["entity"], open_keys(document)
        source = folder / "sources" / f"{_source(file)}.toml"
        source.write_text(answered(text, ANSWERS.get(file, {})), "utf-8")
    return Real(entities, asked, load(folder))


def test_the_page_names_every_file(real: Real) -> None:
    assert set(STATED) == set(real.entities)


@pytest.mark.parametrize("file", STATED)
def test_mapped_as_the_page_says(real: Real, file: str) -> None:
    assert (real.entities[file], len(real.asked[file])) == STATED[file]


@pytest.mark.parametrize("file", STATED)
def test_every_row_is_accounted_for(real: Real, file: str) -> None:
    account = real.loaded.file(_source(file))
    assert lost(account) == 0
    assert account["rows_rejected"] <= account["rows_read"] / 5


def test_bills_of_suppliers_are_no_sales_invoices(real: Real) -> None:
    account = real.loaded.file(_source("xero/xero_invoice_data.csv"))
    assert (account["rows_opened"], account["rows_deleting"]) == (117, 484)
