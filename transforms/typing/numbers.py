"""Exact numbers out of the many ways people and systems write them."""

from decimal import Decimal
from typing import Final

import polars as pl

EXACT: Final = pl.Decimal(38, 12)
"""Numbers on their way from text: wide enough for 亿 with cents; rounded once, at the end."""

_LIMIT: Final = Decimal(10**15)
"""Larger numbers are no quantities of a sales review; they are rejected, not overflowed."""

_CURRENCY: Final = r"[¥$€£]|(?i:\b(?:CNY|RMB|USD|EUR|GBP)\b)|人民币|元整?"
_GROUPED: Final = r"^\d{1,3}(?:[, ]\d{3})+(?:\.\d*)?$"
_NOTE: Final = r"^([^()]*\d[^()]*%)\s*\([^()]*\)$"
_SUFFIXES: Final = {
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
    "%": Decimal("0.01"),
}


def exact(text: pl.Series, factor: Decimal = Decimal(1)) -> pl.Series:
    """Read numbers exactly, times `factor`; null where the text is no number.

    Understood besides plain and scientific notation: thousands separators (`1,234.50`),
    currencies (`￥1,234`, `1,234元`), accounting negatives (`(1,234.00)`, `1,234.00-`), full-width
    digits, a unit in the cell itself (`150万`, `12.5%`, which then takes the place of the
    column's) and a remark beside a percentage (`90%（设计中）`).

    >>> exact(pl.Series(["1,234.50", "（３）", "1,5", "12.5%"])).to_list()
    [Decimal('1234.500000000000'), Decimal('-3.000000000000'), None, Decimal('0.125000000000')]
    """
    text = text.cast(pl.String).str.strip_chars().replace("", None)
    plain = _within(text.cast(EXACT, strict=False))
    values = _within(plain * factor) if factor != 1 else plain
    odd = (text.is_not_null() & plain.is_null()).arg_true()
    if odd.is_empty():
        return values
    return values.scatter(odd, _written(text.gather(odd), factor))


def product(factors: list[pl.Series]) -> pl.Series:
    """Multiply numbers exactly; null where one is null or the product is out of bounds."""
    result = factors[0]
    for other in factors[1:]:
        size = (result.cast(pl.Float64) * other.cast(pl.Float64)).abs()
        fits = (size < float(_LIMIT)).fill_null(value=False)
        result = result.set(~fits, None) * other
    return result


def rounded(values: pl.Series, kind: pl.DataType) -> pl.Series:
    """Round once, half up (四舍五入, away from zero), to the scale of a Decimal type.

    Null where the number does not fit the type.
    """
    scale = kind.scale if isinstance(kind, pl.Decimal) else 0
    return values.round(scale, mode="half_away_from_zero").cast(kind, strict=False)


def _within(values: pl.Series) -> pl.Series:
    return values.set((values.abs() >= _LIMIT).fill_null(value=False), None)


def _written(text: pl.Series, factor: Decimal) -> pl.Series:
    frame = pl.DataFrame({"text": text.str.normalize("NFKC").str.strip_chars()})
    frame = frame.with_columns(
        pl.col("text").str.replace(_NOTE, "${1}").str.replace_all("[−–]", "-")
    ).with_columns(
        is_negative=pl.col("text").str.contains(r"^\(.*\)$|^-|^\D{0,3}-\s*\d|-$"),
        is_double=pl.col("text").str.contains(r"-.*-|\(.*-|-.*\("),
        body=pl.col("text")
        .str.replace_all(_CURRENCY, "")
        .str.replace_all(r"^[\s(+-]+|[\s)-]+$", "")
        .str.strip_chars(),
    )
    suffix = pl.col("body").str.extract(r"([千万亿%])$")
    frame = frame.with_columns(
        suffix=suffix, body=pl.col("body").str.replace(r"\s*[千万亿%]$", "").str.strip_chars()
    ).with_columns(
        body=pl.when(pl.col("body").str.contains(_GROUPED))
        .then(pl.col("body").str.replace_all("[, ]", ""))
        .otherwise(pl.col("body"))
    )
    plain = frame.get_column("body").cast(EXACT, strict=False)
    signed = frame.select(
        pl.when(pl.col("is_double"))
        .then(None)
        .when(pl.col("is_negative"))
        .then(-plain)
        .otherwise(plain)
        .alias("value")
    ).get_column("value")
    values = _within(signed)
    result = values * factor
    for mark, unit in _SUFFIXES.items():
        chosen = (frame.get_column("suffix") == mark).fill_null(value=False)
        if chosen.any():
            result = result.zip_with(~chosen, values * unit)
    return _within(result)
