"""A company whose first week is published."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.worksheet.desk import Desk, light_packs


@pytest.fixture(scope="package")
def light() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        light_packs(patch)
        yield


@pytest.fixture(scope="package")
def published(light: None, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Not to be changed; `desk` is a copy for one test."""
    return Desk.of(tmp_path_factory.mktemp("published") / "acme").monday(0)


@pytest.fixture
def desk(published: Desk, tmp_path: Path) -> Desk:
    return published.copied(tmp_path / "acme")
