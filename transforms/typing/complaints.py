"""What could not be read in a column: position, rule, cell, a message for sales ops, its hint."""

import difflib
from collections.abc import Collection, Sequence
from typing import Final

import polars as pl

from transforms.typing import dates

_NO_HINT: Final = pl.lit(None, pl.String).alias("hint")
_SUGGESTIONS: Final = 200
"""Different wrong values for which the nearest right one is looked up."""

_NEAR: Final = r"(?s)^.*; (?:已有|最接近)/(?:known|did you mean): (.+)$"
_TOLD: Final = {
    "unmapped_value": _NEAR,
    "unknown_stage": _NEAR,
    "unknown_value": r"(?s) must be one of: (.+)$",
    "separator_in_part": r"(?s)^.*里有连接符“(.+)” / holds the separator itself",
    "out_of_range": r" breaks its bound \((.+)\)$",
}
"""Where the message of a rule has its hint, in any wording it has had."""
_CELLS: Final = r"^这一行有 (?<given>[0-9]+) 格，表头有 (?<wanted>[0-9]+) 格"


def unread(
    cells: pl.Series, values: pl.Series, kind: pl.DataType, formats: tuple[str, ...] = ()
) -> pl.DataFrame:
    """List the cells that are filled and gave no value."""
    wrong = (cells.is_not_null() & values.is_null()).arg_true()
    if wrong.is_empty() or isinstance(kind, pl.String):
        return nothing()
    value = pl.col("value")
    if isinstance(kind, (pl.Date, pl.Datetime)):
        noun = "时间 / is no time" if isinstance(kind, pl.Datetime) else "日期 / is no date"
        impossible = dates.looks_like_a_date(cells.gather(wrong), formats)
        rule = pl.when(impossible).then(pl.lit("impossible_date")).otherwise(pl.lit("not_a_date"))
        message = (
            pl.when(impossible)
            .then(pl.format("“{}”这一天不存在 / there is no such day or hour", value))
            .otherwise(pl.format(f"“{{}}”不是{noun}", value))
        )
    else:
        names = {True: ("not_yes_or_no", "“{}”不是“是/否” / is neither yes nor no")}
        number = ("not_a_number", "“{}”不是数字 / is not a number, or too large to be one")
        if kind.is_integer():
            number = ("not_a_whole_number", "“{}”不是整数 / is not a whole number")
        code, text = names.get(isinstance(kind, pl.Boolean), number)
        rule, message = pl.lit(code), pl.format(text, value)
    return pl.DataFrame({"position": wrong, "value": cells.gather(wrong)}).select(
        pl.col("position").cast(pl.Int64),
        rule.alias("rule"),
        "value",
        message.alias("message"),
        _NO_HINT,
    )


def unmapped(cells: pl.Series, mapped: pl.Series, known: Collection[str]) -> pl.DataFrame:
    """List the cells that are filled and not in the map."""
    wrong = (cells.is_not_null() & mapped.is_null()).arg_true()
    found = pl.DataFrame({"position": wrong, "value": cells.gather(wrong)})
    near = nearest_of(found.get_column("value"), known)
    return found.select(
        pl.col("position").cast(pl.Int64),
        pl.lit("unmapped_value").alias("rule"),
        "value",
        pl.format("“{}”没有对照 / is not in the map of this column; {}", "value", said(near)).alias(
            "message"
        ),
        near.alias("hint"),
    )


def nearest_of(values: pl.Series, known: Collection[str]) -> pl.Expr:
    """Name beside each wrong value the known ones that are near it, else those there are."""
    names = sorted(known)
    every = ", ".join(names[:12])
    hints = {}
    for value in values.unique().sort().head(_SUGGESTIONS).to_list():
        hints[value] = ", ".join(difflib.get_close_matches(str(value), names, n=3)) or every
    return pl.lit(values.replace_strict(hints, default=every, return_dtype=pl.String))


def said(near: pl.Expr) -> pl.Expr:
    """Word what `nearest_of` names."""
    return pl.format("已有/known: {}", near)


def without_rate(failed: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """Say of the failed rows that have no rate (`rates_of`) that this is what they lack."""
    found = rates[failed.get_column("position")]
    message = pl.format("“{}”没有汇率 / there is no exchange rate", found.get_column("shown"))
    lacks = found.get_column("rate").is_null()
    return failed.with_columns(
        pl.when(lacks).then(pl.lit("no_exchange_rate")).otherwise("rule").alias("rule"),
        pl.when(lacks).then(message).otherwise("message").alias("message"),
    )


def of_separator(parts: Sequence[pl.Series], text: pl.Series, separator: str) -> pl.DataFrame:
    """List the rows whose parts are all filled and could not be joined."""
    shown = pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=" + ")).to_series()
    wrong = (shown.is_not_null() & text.is_null()).arg_true()
    message = f"“{{}}”里有连接符“{separator}” / holds the separator itself: set another separator"
    return pl.DataFrame({"position": wrong, "value": shown.gather(wrong)}).select(
        pl.col("position").cast(pl.Int64),
        pl.lit("separator_in_part").alias("rule"),
        "value",
        pl.format(message, "value").alias("message"),
        pl.lit(separator).alias("hint"),
    )


def with_hints(rejects: pl.DataFrame) -> pl.DataFrame:
    """Give the hint to rows that were rejected before there were hints: it is in their message.

    `rejects` are `Reject` rows. What a message does not say stays null.
    """
    what, message = pl.col("rule").str.split("|").list.last(), pl.col("message")
    cells = message.str.extract_groups(_CELLS)
    told = (
        pl.when(what == "cells_do_not_fit")
        .then(pl.format("{} ≠ {}", cells.struct["given"], cells.struct["wanted"]))
        .otherwise(
            pl.coalesce(
                pl.when(what == name).then(message.str.extract(pattern))
                for name, pattern in _TOLD.items()
            )
        )
    )
    return rejects.with_columns(pl.coalesce("hint", told).alias("hint"))


def nothing() -> pl.DataFrame:
    """Complain about no row."""
    text = pl.String
    texts = dict.fromkeys(("rule", "value", "message", "hint"), text)
    return pl.DataFrame(schema={"position": pl.Int64, **texts})
