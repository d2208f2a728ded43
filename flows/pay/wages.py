"""Wages as known at an instant, from the copy that only those in charge of pay may open."""

from datetime import datetime

import polars as pl

from flows.company import Company
from flows.warehouse import core_table, reader
from transforms.tables import ENTITIES


def read_wages(company: Company, known_at: datetime) -> pl.DataFrame:
    """Every wage on record; none where no file of wages was ever taken in."""
    if not company.wages.exists():
        return ENTITIES["wage"].create_empty()
    with reader(company.wages) as connection:
        return core_table(connection, "wage", known_at)
