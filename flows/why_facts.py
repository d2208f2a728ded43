"""What 5-Why cases are explained with, read from the warehouse: a few columns of each fact."""

from collections.abc import Mapping
from datetime import datetime

import duckdb
import polars as pl

from flows.company import Company
from flows.feeds import feeds_of, read_feeds
from flows.marts import facts_in_columns
from flows.pipeline import facts_as_exported
from transforms.catalogue import Metric
from transforms.parameters import ReviewWeek
from transforms.why.reads import facts_read


def read_why_facts(
    connection: duckdb.DuckDBPyConnection,
    company: Company,
    week: ReviewWeek,
    known_at: datetime,
    catalogue: Mapping[str, Metric],
    files: pl.DataFrame,
) -> dict[str, pl.LazyFrame]:
    """Read the facts that `transforms.why.explain` takes, up to the last day of a week.

    The connection shows the warehouse as known at the instant (`flows.warehouse.open_as_of`);
    `files` is the ops table of the files on record.
    """
    settings = company.settings
    facts = facts_in_columns(connection, settings, week.ends_on, facts_read(catalogue))
    facts |= read_feeds(connection, settings, feeds_of(company.sources), week)
    return facts | facts_as_exported(connection, settings, known_at, week, files)
