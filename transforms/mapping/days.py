"""How a column writes its days: the forms it uses, and the order of day and month."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

_TIME: Final = (
    r"(?:(?<gap>T|,?\s+)(?<before>(?i:am|pm)|上午|下午)?\s*(?<hour>\d{1,2}):\d{2}(?<second>:\d{2})?"
    r"(?<part>\.\d+)?\s*(?<after>(?i:am|pm)|上午|下午)?\s*(?<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?$"
)
_NUMERIC: Final = (
    r"^(?<first>\d{1,4})\s*(?<mark>[-/.年])\s*(?<second_part>\d{1,2})\s*[-/.月]\s*"
    r"(?<third>\d{1,4})\s*日?" + _TIME
)
_NAMED: Final = (
    r"^(?:(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
    r"(?:(?<day_first>\d{1,2})(?<mark>[-\s])(?<name>[A-Za-z]{3,9})[-\s]"
    r"|(?<name_first>[A-Za-z]{3,9})\s+\d{1,2}(?<comma>,?)\s+)(?<year>\d{4}|\d{2})" + _TIME
)
_DIGITS: Final = r"^(?<whole>\d{5}|\d{8}|\d{9,10}|\d{12,13}|\d{14})(?<fraction>\.\d+)?$"
_SHAPE: Final = ("kind", "mark", "years", "time", "has_zone")
_MONTHS: Final = 12
_DAYS: Final = 31
_SHORT: Final = 2
"""Digits of a year written short."""
_ABBREVIATED: Final = 3
"""Letters of a month's name written short."""
_MOST: Final = 0.97
"""Share of the values that an order must fit; the others are mistakes of the export."""
_PARTS: Final = ("1", "2", "3")
_RANGES: Final = {
    "serial": (20_000, 80_000),
    "seconds": (300_000_000, 4_200_000_000),
    "milliseconds": (300_000_000_000, 4_200_000_000_000),
    "compact": (1950, 2100),
    "compact_time": (1950, 2100),
}
"""Kinds of plain numbers that are days within these bounds (those of the year, if compact)."""
_NAMES: Final = {
    "serial": "excel_serial",
    "seconds": "epoch_seconds",
    "milliseconds": "epoch_milliseconds",
    "compact": "%Y%m%d",
    "compact_time": "%Y%m%d%H%M%S",
}
_LONGEST_SPAN: Final = 20
"""Years that one export covers at most: a wider range of two digits is no year."""


@dataclass(frozen=True)
class DayForm:
    """How a column writes its days.

    `formats` is what `date_formats` takes (empty: the forms that need no setting). Where day and
    month cannot be told apart, `options` has the formats of each order that fits every value.
    """

    formats: tuple[str, ...]
    options: tuple[tuple[str, tuple[str, ...]], ...]
    """(order, formats) of each order that is possible: d/m/y, m/d/y, y/m/d."""
    order: str
    fits: int
    """Values that have one of the forms."""
    has_time: bool
    is_number: bool
    """Plain numbers (serials, epoch, 20261103): only the name says that they are days."""
    marks: frozenset[str]
    example: str


def day_shapes(values: pl.DataFrame) -> pl.DataFrame:
    """Sum up how the values of a column look as days: one row per shape, with its extremes.

    `values` has the columns value (distinct, text) and count. What comes out can be concatenated
    and summed up again by `merged`, so a column may be looked at in pieces.
    """
    text = pl.col("value").str.strip_chars().str.normalize("NFKC")
    looks = {_NUMERIC: _numeric, _NAMED: _named, _DIGITS: _digits}
    holds = values.select(text.str.contains(form).any().alias(form) for form in looks)
    found = [form for form in looks if holds.item(0, form)] or [_DIGITS]
    parts = [
        looks[form](values.select("value", "count", text.str.extract_groups(form).alias("groups")))
        for form in found
    ]
    return merged(pl.concat(parts))


def merged(shapes: pl.DataFrame) -> pl.DataFrame:
    """Sum shapes up that were found in several pieces of one column."""
    return (
        shapes.group_by(*_SHAPE)
        .agg(
            pl.col("count").sum(),
            *(pl.col(f"high_{part}").max() for part in _PARTS),
            *(pl.col(f"low_{part}").min() for part in _PARTS),
            *(pl.col(f"over_{part}").sum() for part in _PARTS),
            pl.col("example").min(),
        )
        .sort("count", *_SHAPE, descending=[True] + [False] * len(_SHAPE))
    )


def day_form(shapes: pl.DataFrame) -> DayForm | None:
    """Decide from the whole column how it writes its days; None where it writes none."""
    rows = [row for row in shapes.iter_rows(named=True) if _is_possible(row)]
    if not rows:
        return None
    top = rows[0]
    is_number = top["kind"] in _RANGES
    kept = [row for row in rows if (row["kind"] == top["kind"]) or not is_number]
    orders = _orders(kept)
    by_order = {order: _formats(kept, order) for order in orders}
    formats = next(iter(by_order.values()), ())
    return DayForm(
        formats=formats if len(orders) == 1 else (),
        options=tuple(by_order.items()) if len(orders) > 1 else (),
        order=orders[0] if len(orders) == 1 else "",
        fits=sum(row["count"] for row in kept) if orders else 0,
        has_time=any(row["time"] for row in kept)
        or top["kind"] in {"seconds", "milliseconds", "compact_time"},
        is_number=is_number,
        marks=frozenset(row["mark"] for row in kept if _needs_order(row)),
        example=str(top["example"]),
    )


def _numeric(found: pl.DataFrame) -> pl.DataFrame:
    rows = found.unnest("groups").filter(pl.col("first").is_not_null())
    years = (
        pl.when(pl.col("first").str.len_chars() > _SHORT)
        .then(pl.lit("first"))
        .when(pl.col("third").str.len_chars() > _SHORT)
        .then(pl.lit("last"))
        .otherwise(pl.lit("short"))
    )
    parts = [pl.col(name).cast(pl.Int64) for name in ("first", "second_part", "third")]
    return _shaped(rows, pl.lit("numeric"), pl.col("mark"), years, parts)


def _named(found: pl.DataFrame) -> pl.DataFrame:
    rows = found.unnest("groups").filter(pl.col("year").is_not_null())
    is_long = pl.coalesce("name", "name_first").str.len_chars() > _ABBREVIATED
    kind = pl.when(pl.col("name_first").is_not_null()).then(pl.lit("name")).otherwise(pl.lit("day"))
    mark = pl.coalesce("mark", "comma").fill_null("")
    years = pl.concat_str(
        pl.when(pl.col("year").str.len_chars() > _SHORT).then(pl.lit("%Y")).otherwise(pl.lit("%y")),
        pl.when(is_long).then(pl.lit(" %B")).otherwise(pl.lit(" %b")),
    )
    return _shaped(rows, kind, mark, years, [pl.lit(None, pl.Int64)] * 3)


def _digits(found: pl.DataFrame) -> pl.DataFrame:
    rows = found.unnest("groups").filter(pl.col("whole").is_not_null())
    length = pl.col("whole").str.len_chars()
    kinds = {5: "serial", 8: "compact", 9: "seconds", 10: "seconds", 14: "compact_time"}
    kind = length.replace_strict(kinds, default="milliseconds", return_dtype=pl.String)
    year = pl.col("whole").str.slice(0, 4).cast(pl.Int64)
    parts = [year, pl.col("whole").str.slice(4, 2).cast(pl.Int64, strict=False)]
    parts.append(pl.col("whole").str.slice(6, 2).cast(pl.Int64, strict=False))
    whole = pl.col("whole").cast(pl.Int64)
    is_compact = kind.is_in(["compact", "compact_time"])
    parts[0] = pl.when(is_compact).then(parts[0]).otherwise(whole)
    none = {name: pl.lit(None, pl.String) for name in ("gap", "before", "hour", "second", "after")}
    rows = rows.with_columns(**none, part="fraction", zone=pl.lit(None, pl.String))
    return _shaped(rows, kind, pl.lit(""), pl.lit(""), parts)


def _shaped(
    rows: pl.DataFrame, kind: pl.Expr, mark: pl.Expr, years: pl.Expr, parts: list[pl.Expr]
) -> pl.DataFrame:
    half = pl.coalesce("before", "after").is_not_null()
    clock = pl.concat_str(
        pl.when(half).then(pl.lit("%I:%M")).otherwise(pl.lit("%H:%M")),
        pl.when(pl.col("second").is_not_null()).then(pl.lit(":%S")).otherwise(pl.lit("")),
        pl.when(pl.col("part").is_not_null()).then(pl.lit("%.f")).otherwise(pl.lit("")),
    )
    time = (
        pl.when(pl.col("before").is_not_null())
        .then(pl.concat_str(pl.lit("%p "), clock))
        .when(pl.col("after").is_not_null())
        .then(pl.concat_str(clock, pl.lit(" %p")))
        .otherwise(clock)
    )
    gap = pl.col("gap").str.replace_all(r"\s+", " ")
    return rows.select(
        kind=kind,
        mark=mark,
        years=years,
        time=pl.when(pl.col("hour").is_null()).then(pl.lit("")).otherwise(gap + time),
        has_zone=pl.col("zone").is_not_null(),
        count="count",
        **{f"high_{place}": part for place, part in zip(_PARTS, parts, strict=True)},
        **{f"low_{place}": part for place, part in zip(_PARTS, parts, strict=True)},
        **{
            f"over_{place}": pl.when(part > _MONTHS).then("count").otherwise(0)
            for place, part in zip(_PARTS, parts, strict=True)
        },
        example="value",
    )


def _is_possible(row: dict[str, Any]) -> bool:
    """Tell days from other numbers of the same length by their range."""
    kind = row["kind"]
    if kind not in _RANGES:
        return True
    low, high = _RANGES[kind]
    is_within = bool(low <= row["low_1"] and row["high_1"] <= high)
    if not kind.startswith("compact"):
        return is_within
    return is_within and row["high_2"] <= _MONTHS and row["high_3"] <= _DAYS


def _needs_order(row: dict[str, Any]) -> bool:
    return bool(row["kind"] == "numeric" and row["years"] != "first")


def _orders(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """Every order of day, month and year that fits the values as well as the best one does."""
    asked = [row for row in rows if _needs_order(row)]
    if not asked:
        return ("y/m/d",)
    total = sum(row["count"] for row in asked)
    over = {part: sum(row[f"over_{part}"] for row in asked) for part in _PARTS}
    fits = {"d/m/y": total - over["2"], "m/d/y": total - over["1"]}
    if all(row["years"] == "short" for row in asked):
        spans = {
            part: max(row[f"high_{part}"] for row in asked)
            - min(row[f"low_{part}"] for row in asked)
            for part in _PARTS
        }
        last_is_day = max(row["high_3"] for row in asked) <= _DAYS
        if last_is_day and spans["1"] <= _LONGEST_SPAN:
            fits["y/m/d"] = total - over["2"]
        if spans["3"] > _LONGEST_SPAN:
            del fits["d/m/y"], fits["m/d/y"]
    best = max(fits.values(), default=0)
    if best >= _MOST * total:
        return tuple(order for order, count in fits.items() if count == best)
    return tuple(fits)


def _formats(rows: list[dict[str, Any]], order: str) -> tuple[str, ...]:
    """The formats of all shapes; none where every shape is read without a setting."""
    formats = dict.fromkeys(_format(row, order) for row in rows)
    is_known = all(
        row["kind"] == "compact" or (row["kind"] == "numeric" and row["years"] == "first")
        for row in rows
    )
    is_plain = not any("%p" in row["time"] for row in rows)
    return () if is_known and is_plain else tuple(formats)


def _format(row: dict[str, Any], order: str) -> str:
    kind, mark, time = row["kind"], row["mark"], row["time"]
    if kind in _NAMES:
        return _NAMES[kind]
    if kind != "numeric":
        year, _, month = row["years"].partition(" ")
        if kind == "name":
            return f"{month} %d{mark} {year}{time}"
        return f"%d{mark}{month}{mark}{year}{time}"
    year = "%y" if row["years"] == "short" else "%Y"
    letters = {"d": "%d", "m": "%m", "y": year}
    shown = "y/m/d" if row["years"] == "first" else order
    if mark == "年":
        return f"{year}年%m月%d日{time}"
    return str(mark).join(letters[letter] for letter in shown.split("/")) + str(time)
