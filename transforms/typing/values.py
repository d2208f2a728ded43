"""One column: from cells of text to values of the column's type, and what could not be read."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.typing import dates, numbers
from transforms.typing.rules import CONTENT_KEY, UNITS, ColumnRule, Scalar

_NOTE: Final = r"[%％]\s*[（(]([^()（）]*)[)）]\s*$"
_SUGGESTIONS: Final = 200
"""Different wrong values for which the nearest right one is looked up."""


@dataclass(frozen=True)
class Read:
    """One column read: its values, and rule, cell and complaint of each row that failed.

    `failed` has the columns position, rule, value and message.
    """

    values: pl.Series
    failed: pl.DataFrame


def read_column(
    rows: pl.DataFrame, name: str, rule: ColumnRule, kind: pl.DataType, zone: str
) -> Read:
    """Read one column of an entity; `rows` holds text, `zone` is the company's time zone."""
    if rule.value is not None:
        return _read(_constant(rows, rule.value), name, ColumnRule(), kind, zone)
    if rule.is_content_key:
        return Read(rows.get_column(CONTENT_KEY).alias(name), _nothing())
    if rule.product_of:
        return _product(rows, name, rule, kind)
    if rule.until_next is not None:
        read = _until_next(rows.get_column(rule.until_next), name, rule, kind)
    else:
        text = _by_case(rows, rule) if rule.cases else rows.get_column(str(rule.source))
        read = _read(text, name, rule, kind, zone)
    if rule.default is None:
        return read
    default = _read(_constant(rows, rule.default), name, ColumnRule(), kind, zone).values
    return Read(read.values.zip_with(read.values.is_not_null(), default), read.failed)


def _read(text: pl.Series, name: str, rule: ColumnRule, kind: pl.DataType, zone: str) -> Read:
    cells = _cells(text, rule, kind)
    if rule.aliases:
        cells = cells.replace(dict(rule.aliases)).replace("", None)
    unmapped = _nothing()
    if rule.map:
        mapped = cells.replace_strict(dict(rule.map), default=None, return_dtype=pl.String)
        unmapped = _unmapped(cells, mapped, rule.map)
        cells = mapped
    values = _typed(cells, rule, kind, zone).alias(name)
    failed = _failures(cells, values, kind)
    return Read(values, pl.concat([unmapped, failed]) if rule.map else failed)


def _cells(text: pl.Series, rule: ColumnRule, kind: pl.DataType) -> pl.Series:
    """Take blanks off and make nulls of what means empty (but 无 is a *no* in a yes/no column)."""
    words = {*rule.true_values, *rule.false_values} if isinstance(kind, pl.Boolean) else set()
    nulls = {"", *rule.nulls} - words
    return text.str.strip_chars().replace(sorted(nulls), None)


def _typed(cells: pl.Series, rule: ColumnRule, kind: pl.DataType, zone: str) -> pl.Series:
    if isinstance(kind, pl.String):
        if rule.is_excel_serial:
            return dates.serial_numbers(cells)
        return _note(cells) if rule.unit == "%" else cells
    if isinstance(kind, pl.Date):
        return dates.days(cells, rule.date_formats, is_serial=rule.is_excel_serial)
    if isinstance(kind, pl.Datetime):
        return dates.instants(cells, zone, rule.date_formats)
    if isinstance(kind, pl.Boolean):
        no, yes = dict.fromkeys(rule.false_values, False), dict.fromkeys(rule.true_values, True)
        return cells.replace_strict(no | yes, default=None, return_dtype=pl.Boolean)
    return _number(cells, rule, kind)


def _note(cells: pl.Series) -> pl.Series:
    """Take what stands beside a percentage (`90%（设计中）`); a text without a number is a note."""
    has_number = numbers.exact(cells).is_not_null()
    return cells.str.extract(_NOTE).str.strip_chars().zip_with(has_number, cells)


def _number(cells: pl.Series, rule: ColumnRule, kind: pl.DataType) -> pl.Series:
    if rule.is_excel_serial:
        cells = dates.serial_numbers(cells)
    value = numbers.exact(cells, UNITS[rule.unit]) * rule.sign
    if kind.is_integer():
        whole = numbers.rounded(value, pl.Decimal(38, 0))
        same = (whole.cast(numbers.EXACT, strict=False) == value).fill_null(value=False)
        return whole.set(~same, None).cast(kind, strict=False)
    return value.cast(kind) if kind.is_float() else numbers.rounded(value, kind)


def _product(rows: pl.DataFrame, name: str, rule: ColumnRule, kind: pl.DataType) -> Read:
    texts = [_cells(rows.get_column(origin), rule, kind) for origin in rule.product_of]
    factors = [numbers.exact(text) for text in texts]
    factors[0] = factors[0] * UNITS[rule.unit] * rule.sign
    values = numbers.rounded(numbers.product(factors), kind).alias(name)
    failed = [_failures(text, factor, kind) for text, factor in zip(texts, factors, strict=True)]
    shown = pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator=" × ")).to_series()
    complete = pl.concat(failed).get_column("position").implode()
    too_large = _failures(shown, values, kind).filter(~pl.col("position").is_in(complete))
    return Read(values, pl.concat([*failed, too_large]).unique("position", maintain_order=True))


def _until_next(text: pl.Series, name: str, rule: ColumnRule, kind: pl.DataType) -> Read:
    """Give each row the day before the next later day that the column has anywhere in the file."""
    cells = _cells(text, rule, kind)
    days = dates.days(cells, rule.date_formats, is_serial=rule.is_excel_serial)
    order = pl.DataFrame({"day": days.drop_nulls().unique().sort()})
    ends = order.with_columns(end=pl.col("day").shift(-1).dt.offset_by("-1d"))
    values = pl.DataFrame({"day": days}).join(ends, on="day", how="left", maintain_order="left")
    return Read(values.get_column("end").alias(name), _failures(cells, days, kind))


def _by_case(rows: pl.DataFrame, rule: ColumnRule) -> pl.Series:
    """Give each row the value of the first case whose tests all hold; null where none does."""
    chosen = pl.lit(None, pl.String)
    for position, case in reversed(list(enumerate(rule.cases))):
        text = pl.col(case.column).str.strip_chars().replace("", None)
        number = pl.col(f"·{position}")
        tests = [pl.lit(value=True)]
        if case.pattern is not None:
            tests.append(text.str.contains(case.pattern))
        if case.at_most is not None:
            tests.append(number <= case.at_most)
        if case.at_least is not None:
            tests.append(number >= case.at_least)
        if case.is_empty is not None:
            is_empty = text.is_null() | text.is_in(list(rule.nulls))
            tests.append(is_empty if case.is_empty else ~is_empty)
        holds = pl.all_horizontal([test.fill_null(value=False) for test in tests])
        chosen = pl.when(holds).then(pl.lit(case.then)).otherwise(chosen)
    exact = [
        numbers.exact(rows.get_column(case.column)).alias(f"·{position}")
        for position, case in enumerate(rule.cases)
        if case.at_most is not None or case.at_least is not None
    ]
    return rows.with_columns(exact).select(chosen.alias("value")).to_series()


def _constant(rows: pl.DataFrame, value: Scalar) -> pl.Series:
    return pl.Series([str(value)], dtype=pl.String).new_from_index(0, rows.height)


def _failures(cells: pl.Series, values: pl.Series, kind: pl.DataType) -> pl.DataFrame:
    """List the cells that are filled and gave no value."""
    wrong = (cells.is_not_null() & values.is_null()).arg_true()
    if wrong.is_empty() or isinstance(kind, pl.String):
        return _nothing()
    value = pl.col("value")
    if isinstance(kind, (pl.Date, pl.Datetime)):
        noun = "时间 / is no time" if isinstance(kind, pl.Datetime) else "日期 / is no date"
        impossible = dates.looks_like_a_date(cells.gather(wrong))
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
        pl.col("position").cast(pl.Int64), rule.alias("rule"), "value", message.alias("message")
    )


def _unmapped(cells: pl.Series, mapped: pl.Series, known: Collection[str]) -> pl.DataFrame:
    wrong = (cells.is_not_null() & mapped.is_null()).arg_true()
    found = pl.DataFrame({"position": wrong, "value": cells.gather(wrong)})
    hints = nearest_of(found.get_column("value"), known)
    return found.select(
        pl.col("position").cast(pl.Int64),
        pl.lit("unmapped_value").alias("rule"),
        "value",
        pl.format("“{}”没有对照 / is not in the map of this column; {}", "value", hints).alias(
            "message"
        ),
    )


def nearest_of(values: pl.Series, known: Collection[str]) -> pl.Expr:
    """Say beside each wrong value which known ones are near it, else which there are."""
    names = sorted(known)
    every = "最接近/known: " + ", ".join(names[:12])
    hints = {}
    for value in values.unique().sort().head(_SUGGESTIONS).to_list():
        close = difflib.get_close_matches(str(value), names, n=3)
        hints[value] = f"最接近/did you mean: {', '.join(close)}" if close else every
    return pl.lit(values.replace_strict(hints, default=every, return_dtype=pl.String))


def _nothing() -> pl.DataFrame:
    text = pl.String
    return pl.DataFrame(schema={"position": pl.Int64, "rule": text, "value": text, "message": text})
