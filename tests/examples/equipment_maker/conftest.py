"""The demo company, small, once with its stories and once without."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.examples.equipment_maker.exports import generate


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("demo") / "all", "--scale", "0.2")


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("calm") / "none", "--scale", "0.2", "--stories", "none")


@pytest.fixture(scope="session")
def truth(demo: Path) -> dict[str, Any]:
    return dict(json.loads((demo / "truth.json").read_text("utf-8")))
