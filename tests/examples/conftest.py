"""Real companies, loaded once for all tests that compare them with published figures."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from flows.company import Company
from flows.ingest import ingest
from flows.marts import read_facts
from flows.paths import part
from flows.review import Review
from flows.warehouse import core_table, readers_copy

ARRIVED_AT = datetime(2026, 11, 16, 6, tzinfo=UTC)


def facts_of(company: Company, review: Review) -> dict[str, pl.LazyFrame]:
    """Every fact of a review, whole: the review itself keeps those that packs show."""
    with readers_copy(company) as connection:
        return read_facts(connection, company.settings, review.known_at, review.week)


def core_of(company: Company, review: Review, entity: str) -> pl.DataFrame:
    """A core table as a review knew it."""
    with readers_copy(company) as connection:
        return core_table(connection, entity, review.known_at)


@pytest.fixture(scope="session")
def real_company(
    data_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Company]:
    """Load an example company from the real data, its state in a temporary folder."""
    state = tmp_path_factory.mktemp("state")

    @cache
    def load(name: str) -> Company:
        if not (data_root / name).is_dir():
            pytest.skip(f"the real data set {name} is not in FUPAN_DATA_ROOT ({data_root})")
        company = Company(part("examples", name), state / name)
        report = ingest(company, ARRIVED_AT)
        assert not report.problems
        return company

    return load
