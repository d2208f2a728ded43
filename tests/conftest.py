"""What every test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from flows.orchestration import configure
from flows.paths import ROOT

configure()
settings.register_profile("fupan", max_examples=50, deadline=None)
settings.load_profile("fupan")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest group, so that all the rest runs beside it; end with Prefect.

    Prefect's threads outlive its server and draw random numbers, which Hypothesis would take for
    a fault of the test that runs meanwhile.
    """

    def place(item: pytest.Item) -> tuple[bool, bool]:
        is_prefect = item.get_closest_marker("prefect") is not None
        return is_prefect, item.path.name != "test_monday_run.py"

    items.sort(key=place)


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The folder of real exports: FUPAN_DATA_ROOT, else ../shared/data beside the repository."""
    named = os.environ.get("FUPAN_DATA_ROOT")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real exports: set FUPAN_DATA_ROOT ({folder} is absent)")
    return folder


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """One temporary Prefect server for every test of the wiring."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=600):
        yield
