"""Days and instants out of the ways exports write them."""

from datetime import date
from typing import Final

import polars as pl

EXCEL_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial numbers (exact from 1900-03-01 on)."""

_MOMENT: Final = (
    r"^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})"
    r"(?:\s+(?<hour>\d{1,2}):(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?<part>\.\d+)?)?)?"
    r"\s*(?<zone>Z|[+-]\d{2}:?\d{2})?$"
)
_LOOKS_LIKE_A_DATE: Final = r"^\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|^\d{8}$"


def moments(text: pl.Series, formats: tuple[str, ...] = ()) -> pl.DataFrame:
    """Read date texts as `local` (what the clock showed) and `offset` (minutes, where stated).

    Null where the text is no moment or one that cannot be, such as 2026-02-30. Without formats:
    2026-11-03, 2026/11/3, 2026.11.3, 2026年11月3日, 20261103, each with or without a time.
    """
    text = text.cast(pl.String).str.strip_chars().replace("", None)
    if formats:
        tried = [text.str.to_datetime(form, strict=False, time_unit="us") for form in formats]
        local = pl.DataFrame({"text": text}).select(pl.coalesce(tried).alias("local"))
        return local.with_columns(offset=pl.lit(None, pl.Int32))
    local_time = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    day = text.str.to_datetime("%Y-%m-%d", strict=False, time_unit="us")
    frame = pl.DataFrame({"local": local_time.zip_with(local_time.is_not_null(), day)})
    frame = frame.with_columns(offset=pl.lit(None, pl.Int32))
    odd = (text.is_not_null() & frame.get_column("local").is_null()).arg_true()
    if odd.is_empty():
        return frame
    written = _written(text.gather(odd))
    return frame.with_columns(
        frame.get_column(name).scatter(odd, written.get_column(name)) for name in frame.columns
    )


def days(text: pl.Series, formats: tuple[str, ...] = (), *, is_serial: bool = False) -> pl.Series:
    """Read the day of each text; a time beside it is left out, an offset is not applied.

    With `is_serial` a plain number is a spreadsheet's serial number.

    >>> days(pl.Series(["2026/11/3", "2026-02-30", "20261103"])).to_list()
    [datetime.date(2026, 11, 3), None, datetime.date(2026, 11, 3)]
    """
    found = moments(text, formats).get_column("local").dt.date()
    if not is_serial:
        return found
    number = text.cast(pl.String).str.extract(r"^\s*(\d{1,6})(?:\.\d+)?\s*$").cast(pl.Int64)
    serial = pl.DataFrame({"number": number}).select(
        pl.lit(EXCEL_EPOCH) + pl.duration(days=pl.col("number"))
    )
    return found.zip_with(number.is_null(), serial.to_series().cast(pl.Date))


def instants(text: pl.Series, zone: str, formats: tuple[str, ...] = ()) -> pl.Series:
    """Read instants as UTC without a zone; a text without an offset is local time of `zone`.

    Of an hour that the clock shows twice the earlier one is taken; one that it skips is null.
    """
    frame = moments(text, formats)
    stated = pl.col("local") - pl.duration(minutes=pl.col("offset"))
    local = (
        pl.col("local")
        .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
        .dt.replace_time_zone(None)
    )
    utc = pl.when(pl.col("offset").is_not_null()).then(stated).otherwise(local)
    return frame.select(utc.cast(pl.Datetime("us")).alias("utc")).get_column("utc")


def serial_numbers(text: pl.Series) -> pl.Series:
    """Turn days back into the whole numbers that a spreadsheet took for dates, as text.

    A text that is a number already stays as it is.

    >>> serial_numbers(pl.Series(["2019-07-13", "75123"])).to_list()
    ['43659', '75123']
    """
    frame = moments(text)
    local = frame.get_column("local")
    whole = local.dt.truncate("1d") == local
    serial = (local.dt.date() - EXCEL_EPOCH).dt.total_days().cast(pl.String)
    is_number = text.str.contains(r"^\s*\d{1,7}\s*$").fill_null(value=False)
    kept = serial.set(~whole.fill_null(value=False), None)
    return text.str.strip_chars().zip_with(is_number, kept)


def looks_like_a_date(text: pl.Series) -> pl.Series:
    """Tell a day that cannot be (2026-02-30) from a text that is no day at all."""
    return text.str.contains(_LOOKS_LIKE_A_DATE).fill_null(value=False)


def _written(text: pl.Series) -> pl.DataFrame:
    tidy = (
        text.str.normalize("NFKC")
        .str.replace(r"^(\d{4})(\d{2})(\d{2})$", "${1}-${2}-${3}")
        .str.replace(r"^(\d{4})\s*[/.年-]\s*(\d{1,2})\s*[/.月-]\s*(\d{1,2})日?", "${1}-${2}-${3} ")
        .str.replace("T", " ")
        .str.replace(r"(\d)\s*[时点]\s*(\d{1,2})\s*分?\s*", "${1}:${2}:")
        .str.replace(r":(\d{1,2})秒$", ":${1}")
        .str.replace(r":\s*$", "")
        .str.strip_chars()
    )
    parts = (
        pl.DataFrame({"text": tidy})
        .select(pl.col("text").str.extract_groups(_MOMENT).alias("parts"))
        .unnest("parts")
    )
    time = pl.concat_str(
        [pl.col(name).fill_null("0").str.zfill(2) for name in ("hour", "minute", "second")],
        separator=":",
    )
    day = pl.concat_str(
        ["year", pl.col("month").str.zfill(2), pl.col("day").str.zfill(2)], separator="-"
    )
    local = pl.concat_str([day, pl.lit(" "), time, pl.col("part").fill_null("")])
    offset = pl.col("zone").str.replace("Z", "+00:00").str.replace(":", "")
    minutes = offset.str.slice(1, 2).cast(pl.Int32) * 60 + offset.str.slice(3, 2).cast(pl.Int32)
    signed = pl.when(offset.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return parts.select(
        local.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us").alias("local"),
        signed.alias("offset"),
    )
