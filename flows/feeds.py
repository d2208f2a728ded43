"""Metric feeds: files of a company's own daily numbers as facts that metrics are defined over."""

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from flows.mart_terms import query_terms
from flows.settings import CompanySettings, SourceSettings
from flows.sql import statement
from transforms.parameters import ReviewWeek
from transforms.scopes import UNASSIGNED
from transforms.tables.columns import NUMBER
from transforms.tables.facts import FeedRow

PREFIX = "feed."
"""In front of a feed's name where a metric names its fact."""


def feeds_of(sources: Mapping[str, SourceSettings]) -> dict[str, tuple[str, ...]]:
    """Name every feed of the sources, with its measures.

    >>> feeds_of({})
    {}
    """
    feeds: dict[str, dict[str, None]] = {}
    for source in sources.values():
        if source.entity == "metric_feed":
            measures = feeds.setdefault(f"{PREFIX}{source.columns['feed'].value}", {})
            measures |= dict.fromkeys(source.columns["numbers"].numbers)
    return {feed: tuple(measures) for feed, measures in feeds.items()}


def read_feeds(
    connection: duckdb.DuckDBPyConnection,
    settings: CompanySettings,
    feeds: Mapping[str, Sequence[str]],
    week: ReviewWeek,
) -> dict[str, pl.LazyFrame]:
    """Read the feeds up to the last day of the reviewed week from the views of the entities.

    `feeds` are those of `feeds_of`. A fact has the scopes of its day and one NUMBER column for
    each measure; what a row does not say is null.
    """
    if not feeds:
        return {}
    query = statement("marts", "scoped", **query_terms(connection, "feed_row", settings))
    found: pl.DataFrame = connection.sql(query, params=[week.ends_on, UNASSIGNED]).pl()
    rows = FeedRow.validate(found, cast=True)
    return {
        feed: _unpacked(rows.filter(pl.col("feed") == feed.removeprefix(PREFIX)), measures).lazy()
        for feed, measures in feeds.items()
    }


def _unpacked(rows: pl.DataFrame, measures: Sequence[str]) -> pl.DataFrame:
    content = pl.Struct({measure: pl.String() for measure in measures})
    return (
        rows.drop("feed")
        .with_columns(pl.col("numbers").str.json_decode(content))
        .unnest("numbers")
        .with_columns(pl.col(measure).cast(NUMBER) for measure in measures)
    )
