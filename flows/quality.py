"""The data-quality facts of a review: every source of the committed warehouse, judged."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb
import polars as pl

from flows.company import Company
from flows.ingest.journal import Entry, read_journal
from flows.ingest.standing import standing
from flows.sources import judged, known_sources
from flows.warehouse import in_utc, readers_copy
from transforms.parameters import ReviewWeek
from transforms.tables import PAY_ENTITIES


def quality_records(
    company: Company, records: Mapping[str, pl.DataFrame], week: ReviewWeek, known_at: datetime
) -> dict[str, pl.DataFrame]:
    """Judge every source as known at an instant, by the tables of operations among `records`.

    Rows that a person repaired and gave back are no delivery of their source, and stand rejected
    no longer. Sources of pay are left out: the readers' copy holds nothing of them to judge, and
    `fupan check` reads them for whoever loads them.
    """
    journal = [entry for entry in read_journal(company) if _is_known(entry, known_at)]
    repairs = [entry for entry in journal if entry.repair]
    arrived = records["file"].filter(
        ~pl.col("load_number").is_in([entry.number for entry in repairs])
    )
    with readers_copy(company) as connection:
        known = known_sources(connection, company, week, known_at)
        sources = known.filter(~pl.col("entity").is_in(list(PAY_ENTITIES)))
        settled = _settled(company, connection, repairs)
    rejects = records["reject"].join(
        arrived.select("load_number", "file_id")
        .join(settled, on="file_id")
        .select("load_number", "row_number"),
        on=["load_number", "row_number"],
        how="anti",
    )
    return judged(company, sources, {**records, "file": arrived, "reject": rejects}, week)


def _is_known(entry: Entry, known_at: datetime) -> bool:
    return in_utc(entry.arrived_at) <= in_utc(known_at)


def _settled(
    company: Company, connection: duckdb.DuckDBPyConnection, repairs: Sequence[Entry]
) -> pl.DataFrame:
    """Name the rows, by file and row number, of sources with repairs that are rejects no longer."""
    found = [
        standing(company, connection, source)
        for source in sorted({entry.source for entry in repairs})
    ]
    places = [place for rejects in found if rejects is not None for place in rejects.settled]
    schema = {"file_id": pl.String, "row_number": pl.Int64}
    return pl.DataFrame(sorted(places), schema=schema, orient="row")
