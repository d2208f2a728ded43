"""Amounts of other currencies into one, at the rate of their day."""

from typing import Final

import polars as pl

from transforms.currencies import NAMES
from transforms.typing import dates
from transforms.typing.cells import filled, plain
from transforms.typing.rules import NULLS, Conversion

_RATE: Final = pl.Decimal(38, 6)


def rates_of(rows: pl.DataFrame, convert: Conversion, zone: str) -> pl.DataFrame:
    """Find the rate of each row: `rate`, null where there is none, and `shown`, what was sought.

    The rate is the latest that holds on the day; the reporting currency itself has the rate 1
    whatever the day.
    """
    currency = _currencies(rows, convert)
    text = filled(rows.get_column(convert.on), NULLS)
    day = dates.days(text, convert.date_formats, zone=zone)
    wanted = pl.DataFrame({"currency": currency, "day": day, "text": text}).with_row_index("place")
    table = pl.DataFrame(
        list(convert.rates),
        schema={"currency": pl.String, "day": pl.Date, "rate": _RATE},
        orient="row",
    )
    found = wanted.sort("day").join_asof(
        table.sort("day"), on="day", by="currency", strategy="backward", check_sortedness=False
    )
    rate = pl.when(pl.col("currency") == convert.to).then(pl.lit(1, _RATE)).otherwise("rate")
    shown = pl.format("{} @ {}", pl.col("currency").fill_null("?"), pl.col("text").fill_null("?"))
    return found.sort("place").select(rate.alias("rate"), shown.alias("shown"))


def _currencies(rows: pl.DataFrame, convert: Conversion) -> pl.Series:
    constant = pl.Series([convert.currency], dtype=pl.String).new_from_index(0, rows.height)
    if convert.column is None:
        return constant
    text = plain(filled(rows.get_column(convert.column), NULLS)).str.to_uppercase()
    named = text.replace(NAMES)
    return named.zip_with(named.is_not_null(), constant)
