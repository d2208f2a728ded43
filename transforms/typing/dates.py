"""Days and instants out of the ways exports write them."""

from typing import Final

import polars as pl

from transforms.typing.cells import plain
from transforms.typing.formats import EXCEL_EPOCH, MOMENT, has_form, moments_in, moments_of

_MOMENT: Final = (
    r"^(?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})"
    r"(?:\s+(?<clock>[0-9]{1,2}):(?<minute>[0-9]{1,2})(?::(?<second>[0-9]{1,2})(?<part>\.[0-9]+)?)?"
    r"\s*(?<half>(?i:am|pm)|上午|下午)?)?"
    r"\s*(?<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?$"
)
_LOOKS_LIKE_A_DATE: Final = r"^[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,2}|^[0-9]{8}$"
_FIRST_YEAR: Final = 1_000
"""What a quick look reads as an earlier year has fewer than four digits: it is read with care."""


def moments(text: pl.Series, formats: tuple[str, ...] = (), zone: str = "UTC") -> pl.DataFrame:
    """Read date texts as `local` (what the clock showed) and `offset` (minutes, where stated).

    Null where the text is no moment or one that cannot be, such as 2026-02-30. Without formats:
    2026-11-03, 2026/11/3, 2026.11.3, 2026年11月3日, 20261103, each with or without a time
    (15:05, 下午3:05, 3:05 PM). Formats are tried in order; `zone` is that of the clock that
    shows epoch times.
    """
    text = text.cast(pl.String).str.strip_chars().replace("", None).rename("text")
    if formats:
        return _stated(text, formats, zone)
    local_time = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    day = text.str.to_datetime("%Y-%m-%d", strict=False, time_unit="us")
    local = local_time.zip_with(local_time.is_not_null(), day)
    local = local.set((local.dt.year() < _FIRST_YEAR).fill_null(value=False), None)
    frame = pl.DataFrame({"local": local, "offset": None}, schema=MOMENT)
    odd = (text.is_not_null() & local.is_null()).arg_true()
    if odd.is_empty():
        return frame
    doubtful = text.gather(odd)
    written = _spread(doubtful, _written(doubtful.unique()))
    return frame.with_columns(
        frame.get_column(name).scatter(odd, written.get_column(name)) for name in frame.columns
    )


def days(
    text: pl.Series,
    formats: tuple[str, ...] = (),
    *,
    is_serial: bool = False,
    zone: str = "UTC",
) -> pl.Series:
    """Read the day of each text; a time beside it is left out, an offset is not applied.

    With `is_serial` a plain number is a spreadsheet's serial number. The day of an epoch time is
    that of `zone`.

    >>> days(pl.Series(["2026/11/3", "2026-02-30", "20261103"])).to_list()
    [datetime.date(2026, 11, 3), None, datetime.date(2026, 11, 3)]
    """
    found = moments(text, formats, zone).get_column("local").dt.date()
    if not is_serial:
        return found
    serial = moments(text, ("excel_serial",)).get_column("local").dt.date()
    return serial.zip_with(serial.is_not_null(), found)


def instants(text: pl.Series, zone: str, formats: tuple[str, ...] = ()) -> pl.Series:
    """Read instants as UTC without a zone; a text without an offset is local time of `zone`.

    Of an hour that the clock shows twice the earlier one is taken; one that it skips is null.
    """
    frame = moments(text, formats, zone)
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
    is_number = text.str.contains(r"^\s*[0-9]{1,7}\s*$").fill_null(value=False)
    kept = serial.set(~whole.fill_null(value=False), None)
    return text.str.strip_chars().zip_with(is_number, kept)


def looks_like_a_date(text: pl.Series, formats: tuple[str, ...] = ()) -> pl.Series:
    """Tell a day that cannot be (2026-02-30) from a text that is no day at all."""
    tidy = plain(text)
    found = tidy.str.contains(_LOOKS_LIKE_A_DATE)
    for form in formats:
        found |= has_form(tidy, form)
    return found.fill_null(value=False)


def _stated(text: pl.Series, formats: tuple[str, ...], zone: str) -> pl.DataFrame:
    """Try each form on the different texts that no form before it could read."""
    different = text.drop_nulls().unique()
    found = [pl.DataFrame(schema={"text": pl.String, **MOMENT})]
    for form in formats:
        read = moments_of(plain(different), form, zone).with_columns(different)
        known = read.get_column("local").is_not_null()
        found.append(read.filter(known).select("text", *MOMENT))
        different = different.filter(~known)
    return _spread(text, pl.concat(found))


def _spread(text: pl.Series, read: pl.DataFrame) -> pl.DataFrame:
    """Give each text the moment that was read of its like."""
    return text.to_frame().join(read, on="text", how="left", maintain_order="left").select(*MOMENT)


def _written(text: pl.Series) -> pl.DataFrame:
    """Read different texts of no ordinary form; `text` stands beside each moment."""
    tidy = (
        plain(text)
        .str.replace(r"^([0-9]{4})([0-9]{2})([0-9]{2})$", "${1}-${2}-${3}")
        .str.replace(
            r"^([0-9]{4})\s*[/.年-]\s*([0-9]{1,2})\s*[/.月-]\s*([0-9]{1,2})日?", "${1}-${2}-${3} "
        )
        .str.replace(r"([0-9])\s*T([0-9])", "${1} ${2}")
        .str.replace(r" ((?i:am|pm)|上午|下午)\s*([0-9].*)$", " ${2} ${1}")
        .str.replace(r"([0-9])\s*[时点]\s*([0-9]{1,2})\s*分?\s*", "${1}:${2}:")
        .str.replace(r":([0-9]{1,2})秒", ":${1}")
        .str.replace(r":\s*$", "")
        .str.replace(r":\s*((?i:am|pm)|上午|下午)$", " ${1}")
        .str.strip_chars()
    )
    parts = (
        pl.DataFrame({"text": tidy})
        .select(pl.col("text").str.extract_groups(_MOMENT).alias("parts"))
        .unnest("parts")
    )
    is_half = pl.col("half").is_not_null()
    return moments_in(
        parts.with_columns(
            hour=pl.when(~is_half).then("clock"), twelfth=pl.when(is_half).then("clock")
        )
    ).with_columns(text)
