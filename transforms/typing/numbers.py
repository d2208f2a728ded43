"""Exact numbers out of the many ways people and systems write them."""

from decimal import Decimal
from typing import Final

import polars as pl

from transforms.typing.cells import plain

EXACT: Final = pl.Decimal(38, 12)
"""Numbers on their way from text: wide enough for 亿 with cents; rounded once, at the end."""

_LIMIT: Final = Decimal(10**15)
"""Larger numbers are no quantities of a sales review; they are rejected, not overflowed."""

_CURRENCY: Final = (
    r"(?i:\b(?:US|HK|NT|A|C|S))?\$|[¥€£₩₹]|人民币|[元円]整?"
    r"|(?i:\b(?:CNY|RMB|USD|EUR|GBP|HKD|JPY|TWD|KRW|SGD|AUD|CAD|CHF|INR)\b)"
)
_NOTE: Final = r"^([^()]*[0-9][^()]*%)\s*\([^()]*\)$"
_SIGNED: Final = (
    r"^(?<open>\(?)\s*(?<sign>[+-]?)\s*"
    r"(?<body>[0-9.,](?:.*[^\s)-])?)"
    r"\s*(?<behind>-?)\s*(?<close>\)?)$"
)
_SUFFIX: Final = r"(百万|千万|[千万亿KkM%‰])$"
_SUFFIXES: Final = {
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "百万": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
    "k": Decimal(1_000),
    "m": Decimal(1_000_000),
    "%": Decimal("0.01"),
    "‰": Decimal("0.001"),
}
_GROUPS: Final = {".": (",", " ", "'"), ",": (r"\.", " ", "'")}
"""Decimal mark to the thousands separators that may stand beside it."""


def exact(text: pl.Series, factor: Decimal = Decimal(1), decimal: str = ".") -> pl.Series:
    """Read numbers exactly, times `factor`; null where the text is no number.

    Understood besides plain and scientific notation: thousands separators (`1,234.50`,
    `1 234.50`, `1'234.50`; with the decimal mark `,` `1.234,50`), currencies (`￥1,234`,
    `1,234元`), accounting negatives (`(1,234.00)`, `1,234.00-`), full-width digits, a unit in the
    cell itself (`150万`, `1.2M`, `12.5%`, which then takes the place of the column's), the
    apostrophe that makes a number text in a spreadsheet, and a remark beside a percentage
    (`90%（设计中）`). A number grouped against its decimal mark is none: `1.234,50` where the
    mark is `.`.

    >>> exact(pl.Series(["1,234.50", "（３）", "1,5", "12.5%"])).to_list()
    [Decimal('1234.500000000000'), Decimal('-3.000000000000'), None, Decimal('0.125000000000')]
    >>> exact(pl.Series(["1.234,50", "1,234.50"]), decimal=",").to_list()
    [Decimal('1234.500000000000'), None]
    """
    text = text.cast(pl.String).str.strip_chars().replace("", None)
    quick = _within(_simple(text, decimal))
    values = _within(quick * factor) if factor != 1 else quick
    odd = (text.is_not_null() & quick.is_null()).arg_true()
    if odd.is_empty():
        return values
    return values.scatter(odd, _written(text.gather(odd), factor, decimal))


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


def _simple(text: pl.Series, decimal: str) -> pl.Series:
    """Read plain numbers and those with commas (or points) between thousands; null elsewhere."""
    group, mark = (",", r"\.") if decimal == "." else (r"\.", ",")
    form = rf"^-?(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)(?:{mark}[0-9]+)?$"
    if decimal == ".":
        quick = text.cast(EXACT, strict=False)
        if quick.null_count() == text.null_count():
            return quick
        grouped = text.set(~text.str.contains(form).fill_null(value=False), None)
        return quick.zip_with(
            quick.is_not_null(), grouped.str.replace_all(",", "").cast(EXACT, strict=False)
        )
    grouped = text.set(~text.str.contains(form).fill_null(value=False), None)
    return (
        grouped.str.replace_all(".", "", literal=True)
        .str.replace(",", ".")
        .cast(EXACT, strict=False)
    )


def _written(text: pl.Series, factor: Decimal, decimal: str) -> pl.Series:
    tidy = plain(text.str.replace_all("[´`’‘ʼ′]", "'")).str.replace_all("[−–]", "-")
    bare = (
        pl.col("text")
        .str.replace(_NOTE, "${1}")
        .str.replace("^'", "")
        .str.replace_all(_CURRENCY, "")
        .str.strip_chars()
        .str.replace(r"([0-9])[.,]-+$", "${1}")
    )
    parts = (
        pl.DataFrame({"text": tidy})
        .select(bare.str.extract_groups(_SIGNED).alias("parts"))
        .unnest("parts")
        .with_columns(suffix=pl.col("body").str.extract(_SUFFIX).str.to_lowercase())
        .with_columns(body=pl.col("body").str.replace(rf"\s*{_SUFFIX}", ""))
        .with_columns(digits=_ungrouped(decimal).cast(EXACT, strict=False))
    )
    minus = [pl.col("open") == "(", pl.col("sign") == "-", pl.col("behind") == "-"]
    count = pl.sum_horizontal(minus)
    is_closed = (pl.col("open") == "(") == (pl.col("close") == ")")
    is_signed_twice = (count > 1) | (minus[0] & (pl.col("sign") != ""))
    signed = parts.select(
        pl.when(~is_closed | is_signed_twice)
        .then(None)
        .when(count == 1)
        .then(-pl.col("digits"))
        .otherwise("digits")
        .alias("value")
    ).get_column("value")
    values = _within(signed)
    result = values * factor
    for mark, unit in _SUFFIXES.items():
        chosen = (parts.get_column("suffix") == mark).fill_null(value=False)
        if chosen.any():
            result = result.zip_with(~chosen, values * unit)
    return _within(result)


def _ungrouped(decimal: str) -> pl.Expr:
    """Take the thousands separators out of well-grouped numbers, and write the mark as a point.

    A body of another form stays as it is with the mark `.`, so that it is read as plain notation
    or not at all; with the mark `,` it is no number.
    """
    body = pl.col("body")
    mark = r"\." if decimal == "." else decimal
    forms = "|".join(rf"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+" for group in _GROUPS[decimal])
    is_grouped = body.str.contains(rf"^(?:{forms})(?:{mark}[0-9]*)?$")
    whole = body.str.extract(rf"^([^{mark}]*)").str.replace_all(r"[^0-9]", "")
    written = whole + body.str.extract(rf"({mark}.*)$").fill_null("").str.replace(mark, ".")
    if decimal == ".":
        return pl.when(is_grouped).then(written).otherwise(body)
    is_plain = body.str.contains(rf"^[0-9]+(?:{mark}[0-9]*)?$|^{mark}[0-9]+$")
    return pl.when(is_grouped | is_plain).then(written)
