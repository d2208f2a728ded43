"""The sources of a company: what a warehouse holds of each, and how good that is."""

from collections.abc import Mapping
from datetime import datetime

import duckdb
import polars as pl

from flows.company import Company
from flows.sql import statement
from flows.warehouse import in_utc
from transforms.deliveries import delivered, outstanding_rejects
from transforms.parameters import ReviewWeek
from transforms.quality import MAIN_DATE, column_quality, source_quality
from transforms.tables.quality import KnownSource


def judged(
    company: Company,
    sources: pl.DataFrame,
    operations: Mapping[str, pl.DataFrame],
    week: ReviewWeek,
) -> dict[str, pl.DataFrame]:
    """Judge sources by their loads.

    Takes KnownSource rows and the tables `file`, `column_profile`, `reject` and `finding`; returns
    `known_source`, `source_quality`, `column_quality`, and of the rejects those whose rows are
    missing now (`standing_reject`).
    """
    zone = company.settings.company.time_zone
    files, findings = operations["file"], operations["finding"]
    rejects = outstanding_rejects(delivered(files, sources), operations["reject"], sources)
    columns = column_quality(sources, files, operations["column_profile"])
    return {
        "known_source": sources,
        "source_quality": source_quality(sources, files, columns, rejects, findings, week, zone),
        "column_quality": columns,
        "standing_reject": rejects,
    }


def known_sources(
    connection: duckdb.DuckDBPyConnection, company: Company, week: ReviewWeek, known_at: datetime
) -> pl.DataFrame:
    """List the sources of the settings with what the warehouse holds of them.

    The one of worksheets is among them once somebody has answered.

    Returns KnownSource rows.
    """
    values = {
        "known_at": in_utc(known_at),
        "first_day": week.starts_on,
        "last_day": week.ends_on,
    }
    entities = sorted({source.entity for source in company.sources.values()})
    held: dict[tuple[str, str], tuple[object, ...]] = {}
    for entity in entities:
        main_date = MAIN_DATE.get(entity, "")
        query = statement("ops", "quality_known", entity=entity, main_date=main_date)
        for name, *facts in connection.execute(query, values).fetchall():
            held[entity, name] = tuple(facts)
    nothing = (0, None, 0, 0)
    rows = [
        (
            name,
            source.title,
            source.entity,
            source.mode,
            source.is_required,
            list(source.columns),
            *held.get((source.entity, name), nothing),
        )
        for name, source in company.sources.items()
        if (source.entity, name) in held or not company.is_built_in(name)
    ]
    schema = KnownSource.create_empty().schema
    return KnownSource.validate(pl.DataFrame(rows, schema=schema, orient="row"), cast=True)
