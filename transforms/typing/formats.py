"""Stated date formats: strptime directives read strictly, epoch times and serial numbers."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

import polars as pl

EXCEL_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial numbers (exact from 1900-03-01 on)."""

MOMENT: Final[dict[str, Any]] = {"local": pl.Datetime("us"), "offset": pl.Int32()}
"""What a clock showed, and its minutes ahead of UTC where they are known."""

_SERIALS: Final = (18_264, 109_939)
"""Serial numbers of 1950-01-01 and 2201-01-01: outside them a number is no day of business."""
_EPOCHS: Final = (631_152_000, 7_289_654_400)
"""Seconds from 1970 to 1990-01-01 and to 2201-01-01; the same in milliseconds never meets them."""

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}
_NUMBERS: Final = {
    "Y": r"(?<year>[0-9]{4})",
    "y": r"(?<short_year>[0-9]{2})",
    "m": r"(?<month>[0-9]{1,2})",
    "d": r"(?<day>[0-9]{1,2})",
    "H": r"(?<hour>[0-9]{1,2})",
    "I": r"(?<twelfth>[0-9]{1,2})",
    "M": r"(?<minute>[0-9]{1,2})",
    "S": r"(?<second>[0-9]{1,2})",
    "f": r"(?<part>[0-9]{1,9})",
}
_WORDS: Final = {
    "b": r"(?<month_name>[A-Za-z]{3,9})\.?",
    "a": r"(?:[A-Za-z]{3,9}\.?|星期[一二三四五六日天]|周[一二三四五六日天])",
    "p": r"\s*(?<half>(?i:am|pm|a\.m\.|p\.m\.)|上午|下午)\s*",
    "z": r"(?<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})",
    ".f": r"(?<part>\.[0-9]{1,9})?",
    "%": "%",
}
_SAME: Final = {"B": "b", "h": "b", "A": "a", "e": "d", "k": "H", "l": "I", "P": "p", "Z": "z"}
_SHORT: Final = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y"}
_TOKEN: Final = re.compile(r"%[-_]?(?P<directive>\.f|.)|(?P<blank>\s+)|(?P<literal>.)", re.DOTALL)

_PIVOT: Final = 68
"""Two-digit years up to this one lie in the 2000s."""
_PARTS: Final = (
    *("year", "short_year", "month", "month_name", "day", "hour", "twelfth", "half"),
    *("minute", "second", "part", "zone"),
)


def moments_of(text: pl.Series, form: str, zone: str = "UTC") -> pl.DataFrame:
    """Read texts of one form as `MOMENT`; null where a text is not wholly of that form.

    A year of `%Y` has four digits, one of `%y` two (69 to 99 are 19xx). Directives without
    anything between them take two digits each. Epoch times are instants, shown by the clock
    of `zone`; a number out of the years 1990 to 2200 (serials: 1950 to 2200) is null.
    """
    named = _NAMED.get(form)
    return named(text, zone) if named else _of_pattern(text, pattern_of(form))


def complaint(form: str) -> str | None:
    """Say why a form cannot be read; None where it can.

    >>> complaint("%d.%m.%Y %H:%M"), complaint("epoch_seconds")
    (None, None)
    >>> complaint("%d.%m")
    'it has no year'
    """
    if form in _NAMED:
        return None
    used = [_SAME.get(name, name) for name in _directives(form)]
    if unknown := [name for name in used if name not in {*_NUMBERS, *_WORDS}]:
        return f"%{unknown[0]} is not understood; use one of {', '.join(_NAMED)}, or strptime's"
    twice = [name for name in used if used.count(name) > 1 and name not in {"a", "%"}]
    missing = [
        noun
        for noun, names in {"year": "Yy", "month": "mb", "day": "d"}.items()
        if not any(name in names for name in used)
    ]
    rules = {
        f"it has %{twice[0] if twice else ''} twice": bool(twice),
        f"it has no {missing[0] if missing else ''}": bool(missing),
        "year and month are stated once": {"Y", "y"} <= {*used} or {"m", "b"} <= {*used},
        "%I and %p go together (上午/下午, AM/PM)": ("I" in used) != ("p" in used),
        "it is %H, or %I with %p": {"H", "I"} <= {*used},
    }
    return next((message for message, is_broken in rules.items() if is_broken), None)


def has_form(text: pl.Series, form: str) -> pl.Series:
    """Tell which texts are written in a form, whether there is such a day or not."""
    if form in _NAMED:
        return text.str.contains(r"^[0-9]+(?:\.[0-9]+)?$")
    return text.str.contains(pattern_of(form))


@cache
def pattern_of(form: str) -> str:
    """Make the regular expression of a strptime form, its parts as named groups."""
    form = _expanded(form)
    pieces: list[str] = []
    previous = ""
    for token in _TOKEN.finditer(form):
        name = _SAME.get(token["directive"] or "", token["directive"] or "")
        piece = _NUMBERS.get(name) or _WORDS.get(name) or ""
        if name in _NUMBERS and previous in _NUMBERS:
            pieces[-1] = pieces[-1].replace("{1,2}", "{2}")
            piece = piece.replace("{1,2}", "{2}")
        pieces.append(piece or (r"\s+" if token["blank"] else re.escape(token["literal"] or "")))
        previous = name
    return f"^{''.join(pieces)}$"


def moments_in(parts: pl.DataFrame) -> pl.DataFrame:
    """Put named parts of a text (year, month, day, hour, half, zone, …) together as `MOMENT`."""
    parts = parts.with_columns(
        pl.lit(None, pl.String).alias(name) for name in _PARTS if name not in parts.columns
    )
    short = pl.col("short_year").cast(pl.Int32)
    year = pl.coalesce(
        "year", (short + pl.when(short <= _PIVOT).then(2000).otherwise(1900)).cast(pl.String)
    )
    named = pl.col("month_name").str.to_lowercase().replace_strict(_MONTHS, default=None)
    month = pl.coalesce("month", named.cast(pl.String)).str.zfill(2)
    time = pl.concat_str(
        [_hour(), *(pl.col(name).fill_null("0").str.zfill(2) for name in ("minute", "second"))],
        separator=":",
    )
    day = pl.concat_str([year, month, pl.col("day").str.zfill(2)], separator="-")
    fraction = pl.col("part").str.strip_prefix(".").fill_null("0")
    local = pl.concat_str([day, pl.lit(" "), time, pl.lit("."), fraction])
    is_second = pl.col("second").cast(pl.Int32).fill_null(0).is_between(0, 59)
    found = local.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    return parts.select(pl.when(is_second).then(found).alias("local"), _offset().alias("offset"))


def _hour() -> pl.Expr:
    """Give the hour of the day; of the twelve-hour clock 12 is the first, and 0 and 13 are none."""
    twelfth = pl.col("twelfth").cast(pl.Int32)
    is_late = pl.col("half").str.contains("^[pP下]")
    of_half = twelfth % 12 + pl.when(is_late).then(12).otherwise(0)
    of_twelve = pl.when(twelfth.is_between(1, 12) & is_late.is_not_null()).then(of_half)
    none_stated = pl.when(pl.col("hour").is_null() & twelfth.is_null()).then(pl.lit("0"))
    return pl.coalesce("hour", of_twelve.cast(pl.String), none_stated).str.zfill(2)


def _offset() -> pl.Expr:
    offset = pl.col("zone").str.replace("^(?:Z|UTC|GMT)$", "+00:00").str.replace(":", "")
    minutes = offset.str.slice(1, 2).cast(pl.Int32) * 60 + offset.str.slice(3, 2).cast(pl.Int32)
    return pl.when(offset.str.starts_with("-")).then(-minutes).otherwise(minutes)


def _of_pattern(text: pl.Series, pattern: str) -> pl.DataFrame:
    frame = pl.DataFrame({"text": text})
    return moments_in(frame.select(pl.col("text").str.extract_groups(pattern)).unnest("text"))


def _expanded(form: str) -> str:
    long = re.sub(r"%([FTRD])", lambda found: _SHORT[found[1]], form)
    return re.sub(r"\s*(%[-_]?[pP])\s*", r"\1", long)


def _directives(form: str) -> list[str]:
    found = _TOKEN.finditer(_expanded(form))
    return [token["directive"] for token in found if token["directive"]]


def _epoch(text: pl.Series, zone: str, unit: int) -> pl.DataFrame:
    number = text.str.extract(r"^([0-9]{9,13})(?:\.[0-9]+)?$").cast(pl.Int64)
    low, high = (bound * unit for bound in _EPOCHS)
    known = pl.DataFrame({"number": number}).select(
        pl.when(pl.col("number").is_between(low, high)).then(pl.col("number"))
    )
    utc = (known.to_series() * (1_000_000 // unit)).cast(pl.Datetime("us")).alias("utc")
    there = utc.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    local = there.dt.replace_time_zone(None)
    return pl.DataFrame(
        {"local": local, "offset": (local - utc).dt.total_minutes().cast(pl.Int32)}, schema=MOMENT
    )


def _serial(text: pl.Series, _zone: str) -> pl.DataFrame:
    parts = pl.DataFrame({"text": text}).select(
        days=pl.col("text").str.extract(r"^([0-9]{5,6})(?:\.[0-9]+)?$").cast(pl.Int64),
        share=pl.col("text")
        .str.extract(r"(\.[0-9]+)$")
        .fill_null("0")
        .cast(pl.Float64, strict=False),
    )
    is_day = pl.col("days").is_between(*_SERIALS)
    seconds = (pl.col("share") * 86_400).round().cast(pl.Int64)
    local = pl.lit(EXCEL_EPOCH).cast(pl.Datetime("us")) + pl.duration(
        days=pl.when(is_day).then(pl.col("days")), seconds=seconds
    )
    return parts.select(local.alias("local"), pl.lit(None, pl.Int32).alias("offset"))


_NAMED: Final[Mapping[str, Callable[[pl.Series, str], pl.DataFrame]]] = {
    "epoch_seconds": lambda text, zone: _epoch(text, zone, 1),
    "epoch_milliseconds": lambda text, zone: _epoch(text, zone, 1_000),
    "excel_serial": _serial,
}
