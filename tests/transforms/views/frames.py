"""The reviewed week of the tests, and literal rows as frames."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dataframely as dy
import polars as pl

from transforms.parameters import ReviewWeek

WEEK = ReviewWeek("2026-W47", date(2026, 11, 16), date(2026, 11, 22))
QUARTER, MONTH, YEAR = date(2026, 10, 1), date(2026, 11, 1), date(2026, 1, 1)
STARTS = {"week": WEEK.starts_on, "mtd": MONTH, "qtd": QUARTER, "ytd": YEAR}
FACTOR = {"week": 1, "mtd": 3, "qtd": 7, "ytd": 46}
WAN = 10_000


def frame(schema: type[dy.Schema], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a frame that its contract accepts; columns not given are null."""
    types = schema.create_empty().schema
    full = [{name: row.get(name) for name in types} for row in rows]
    return schema.validate(pl.DataFrame(full, schema=types, orient="row"), cast=True)
