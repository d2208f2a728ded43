"""Answers as known at an instant, and what the newest review before a week reported."""

from datetime import datetime

import duckdb
import polars as pl

from flows.company import Company
from flows.manifest import manifests, review_table
from flows.sql import statement
from flows.warehouse import in_utc
from transforms.parameters import ReviewWeek
from transforms.tables.act import CaseThread
from transforms.tables.answers import Answer
from transforms.why.answers import LINEAGE

THREADS = "case_thread"


def read_answers(connection: duckdb.DuckDBPyConnection, known_at: datetime) -> pl.DataFrame:
    """Read the answers as known at an instant, each with its arrival and file (`LINEAGE`)."""
    query = statement(
        "finance",
        "core_with_lineage",
        entity="answer",
        columns=Answer.column_names(),
        key=Answer.primary_key(),
    )
    rows: pl.DataFrame = connection.sql(query, params={"known_at": in_utc(known_at)}).pl()
    return rows.select(
        *(pl.col(name).cast(kind) for name, kind in Answer.create_empty().schema.items()),
        *(pl.col(name).cast(kind) for name, kind in LINEAGE.items()),
    )


def threads_before(company: Company, week: ReviewWeek) -> pl.DataFrame | None:
    """The cases that the newest review of an earlier week reported; None where there is none."""
    before = [
        manifest
        for manifest in manifests(company)
        if manifest.week_ends_on < week.starts_on and THREADS in manifest.tables
    ]
    if not before:
        return None
    found = review_table(company, before[-1], THREADS)
    return pl.concat([CaseThread.create_empty(), found], how="diagonal_relaxed").with_columns(
        pl.col("weeks_unmeasured").fill_null(0),
        pl.col("is_close_proposed").fill_null(value=False),
    )
