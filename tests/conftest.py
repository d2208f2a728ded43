"""What every test may ask for."""

import gc
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
    """Begin with the longest group; end with Prefect and, beside it, the many small rules.

    Prefect's threads outlive its server and draw random numbers, which Hypothesis would take for
    a fault of the test that runs meanwhile; the rules of the architecture draw none.
    """

    def place(item: pytest.Item) -> int:
        if item.get_closest_marker("prefect") is not None:
            return 2
        return {"test_monday_run.py": 0, "test_architecture.py": 3}.get(item.path.name, 1)

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Keep the collector from looking through thousands of tests again and again.

    What is collected stays to the end; of the rest it looks a tenth as often as usual.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10 * gc.get_threshold()[0])


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
