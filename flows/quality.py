"""The data-quality facts of a review: every source of the committed warehouse, judged."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from flows.company import Company
from flows.ingest.journal import read_journal
from flows.sources import judged, known_sources
from flows.warehouse import reader
from transforms.parameters import ReviewWeek


def quality_records(
    company: Company, records: Mapping[str, pl.DataFrame], week: ReviewWeek, known_at: datetime
) -> dict[str, pl.DataFrame]:
    """Judge every source as known at an instant, by the tables of operations among `records`.

    Rows that a person repaired and gave back are no delivery of their source.
    """
    repairs = [entry.number for entry in read_journal(company) if entry.repair]
    arrived = records["file"].filter(~pl.col("load_number").is_in(repairs))
    with reader(company.committed) as connection:
        sources = known_sources(connection, company, week, known_at)
    return judged(company, sources, {**records, "file": arrived}, week)
