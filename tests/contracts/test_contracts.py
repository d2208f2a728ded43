"""What everything else leans on: a change here is a new version of a contract, made on purpose.

After a wanted change, record it: `.venv/bin/python tests/contracts/test_contracts.py`.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import dataframely as dy
import pytest

from flows.manifest import Manifest, PackEntry
from transforms.dictionary import published_tables
from transforms.tables import ENTITIES
from transforms.tables.facts import FACTS
from transforms.tables.incentive import PAY
from transforms.tables.ops import OPS
from transforms.tables.review import REVIEW
from transforms.views import PackInputs, model

RECORDED = Path(__file__).parent


def _columns(tables: dict[str, type[dy.Schema]]) -> dict[str, dict[str, str]]:
    return {
        name: {
            column: f"{kind}{'' if schema.columns()[column].nullable else ' not null'}"
            f"{' key' if column in schema.primary_key() else ''}"
            for column, kind in schema.create_empty().schema.items()
        }
        for name, schema in sorted(tables.items())
    }


def _finance() -> dict[str, dict[str, str]]:
    return {
        name: {column: str(kind) for column, kind in columns.items()}
        for name, columns in published_tables().items()
    }


def _edition() -> dict[str, list[str]]:
    return {kind.__name__: sorted(kind.model_fields) for kind in (Manifest, PackEntry)}


def _view_models() -> dict[str, list[str]]:
    classes = [*vars(model).values(), PackInputs]
    return {
        kind.__name__: [field.name for field in dataclasses.fields(kind)]
        for kind in classes
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
    }


CONTRACTS = {
    "core": lambda: _columns(ENTITIES),
    "facts": lambda: _columns(dict(FACTS)),
    "review": lambda: _columns(REVIEW),
    "ops": lambda: _columns(OPS),
    "pay": lambda: _columns(PAY),
    "finance": _finance,
    "edition": _edition,
    "view-models": _view_models,
}


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_contract_is_the_recorded_one(name: str) -> None:
    recorded: Any = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))
    assert CONTRACTS[name]() == recorded


if __name__ == "__main__":
    for contract, content in CONTRACTS.items():
        text = json.dumps(content(), ensure_ascii=False, indent=1, sort_keys=True)
        (RECORDED / f"{contract}.json").write_text(f"{text}\n", "utf-8")
