"""One column: from cells of text to values of the column's type, and what could not be read."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.tables.columns import NUMBER
from transforms.typing import complaints, dates, numbers
from transforms.typing.cells import filled, in_case, joined, padded, row_json, trimmed
from transforms.typing.conversion import rates_of
from transforms.typing.lookup import resolved
from transforms.typing.rules import CONTENT_KEY, UNITS, ColumnRule, Scalar

_NOTE: Final = r"[%％]\s*[（(]([^()（）]*)[)）]\s*$"


_STATED: Final = ColumnRule(nulls=())
"""How a value from the settings is read: nothing in it means empty, not even a dash."""


@dataclass(frozen=True)
class Read:
    """One column read: its values, and rule, cell and complaint of each row that failed.

    `failed` has the columns position, rule, value, message and hint.
    """

    values: pl.Series
    failed: pl.DataFrame


def read_column(
    rows: pl.DataFrame, name: str, rule: ColumnRule, kind: pl.DataType, zone: str
) -> Read:
    """Read one column of an entity; `rows` holds text, `zone` is the company's time zone."""
    if rule.value is not None:
        return _read(_constant(rows, rule.value), name, _STATED, kind, zone)
    if rule.is_content_key:
        return Read(rows.get_column(CONTENT_KEY).alias(name), complaints.nothing())
    if rule.is_row_json:
        texts = [name for name, held in rows.schema.items() if held == pl.String]
        content = row_json(rows, [name for name in texts if name != CONTENT_KEY])
        return Read(content.alias(name), complaints.nothing())
    rates = None if rule.convert is None else rates_of(rows, rule.convert, zone)
    if rule.product_of:
        read = _product(rows, name, rule, kind, rates)
    elif rule.until_next is not None:
        read = _until_next(rows.get_column(rule.until_next), name, rule, kind, zone)
    elif rule.joined:
        read = _joined(rows, name, rule, kind, zone)
    elif rule.numbers:
        read = _numbers(rows, name, rule, kind)
    else:
        text = _by_case(rows, rule) if rule.cases else rows.get_column(str(rule.source))
        read = _read(text, name, rule, kind, zone, rates)
    if rule.default is None:
        return read
    default = _read(_constant(rows, rule.default), name, _STATED, kind, zone).values
    return Read(read.values.zip_with(read.values.is_not_null(), default), read.failed)


def _read(
    text: pl.Series,
    name: str,
    rule: ColumnRule,
    kind: pl.DataType,
    zone: str,
    rates: pl.DataFrame | None = None,
) -> Read:
    cells = _meant(_cells(text, rule, kind), rule)
    unmapped = complaints.nothing()
    if rule.map:
        mapped = cells.replace_strict(dict(rule.map), default=None, return_dtype=pl.String)
        unmapped = complaints.unmapped(cells, mapped, rule.map)
        cells = mapped
    if rates is None:
        values = _typed(cells, rule, kind, zone).alias(name)
        failed = complaints.unread(cells, values, kind, rule.date_formats)
    else:
        amounts = _exact(cells, rule)
        values = _rounded(numbers.product([amounts, rates.get_column("rate")]), kind).alias(name)
        found = complaints.unread(cells, values, kind)
        is_read = pl.col("position").is_in(amounts.is_not_null().arg_true().implode())
        converted = complaints.without_rate(found.filter(is_read), rates)
        failed = pl.concat([found.filter(~is_read), converted])
    return Read(values, pl.concat([unmapped, failed]) if rule.map else failed)


def _cells(text: pl.Series, rule: ColumnRule, kind: pl.DataType) -> pl.Series:
    """Take blanks off and make nulls of what means empty (but 无 is a *no* in a yes/no column)."""
    words = {*rule.true_values, *rule.false_values} if isinstance(kind, pl.Boolean) else set()
    return filled(text, {*rule.nulls} - words)


def _meant(cells: pl.Series, rule: ColumnRule) -> pl.Series:
    """Give each cell the text that is meant: its alias, case, leading zeros and answer."""
    if rule.aliases:
        cells = cells.replace(dict(rule.aliases)).replace("", None)
    cells = padded(in_case(cells, rule.case), rule.pad_zeros)
    return cells if rule.answers is None else resolved(cells, rule.answers)


def _typed(cells: pl.Series, rule: ColumnRule, kind: pl.DataType, zone: str) -> pl.Series:
    if isinstance(kind, pl.String):
        if rule.is_excel_serial:
            return dates.serial_numbers(cells)
        return _note(cells) if rule.unit == "%" else cells
    if isinstance(kind, pl.Date):
        formats, is_serial = rule.date_formats, rule.is_excel_serial
        return dates.days(cells, formats, is_serial=is_serial, zone=zone)
    if isinstance(kind, pl.Datetime):
        return dates.instants(cells, zone, rule.date_formats)
    if isinstance(kind, pl.Boolean):
        no, yes = dict.fromkeys(rule.false_values, False), dict.fromkeys(rule.true_values, True)
        return cells.replace_strict(no | yes, default=None, return_dtype=pl.Boolean)
    return _rounded(_exact(cells, rule), kind)


def _note(cells: pl.Series) -> pl.Series:
    """Take what stands beside a percentage (`90%（设计中）`); a text without a number is a note."""
    has_number = numbers.exact(cells).is_not_null()
    return cells.str.extract(_NOTE).str.strip_chars().zip_with(has_number, cells)


def _exact(cells: pl.Series, rule: ColumnRule) -> pl.Series:
    if rule.is_excel_serial:
        cells = dates.serial_numbers(cells)
    return numbers.exact(cells, UNITS[rule.unit], rule.decimal) * rule.sign


def _rounded(value: pl.Series, kind: pl.DataType) -> pl.Series:
    """Round to the scale of the type; a whole number is never rounded, it is one or it is not."""
    if kind.is_integer():
        whole = numbers.rounded(value, pl.Decimal(38, 0))
        same = (whole.cast(numbers.EXACT, strict=False) == value).fill_null(value=False)
        return whole.set(~same, None).cast(kind, strict=False)
    return value.cast(kind) if kind.is_float() else numbers.rounded(value, kind)


def _product(
    rows: pl.DataFrame, name: str, rule: ColumnRule, kind: pl.DataType, rates: pl.DataFrame | None
) -> Read:
    texts = [_cells(rows.get_column(origin), rule, kind) for origin in rule.product_of]
    factors = [numbers.exact(text, decimal=rule.decimal) for text in texts]
    factors[0] = factors[0] * UNITS[rule.unit] * rule.sign
    failed = [
        complaints.unread(text, factor, kind) for text, factor in zip(texts, factors, strict=True)
    ]
    if rates is not None:
        factors.append(rates.get_column("rate"))
    values = numbers.rounded(numbers.product(factors), kind).alias(name)
    shown = pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator=" × ")).to_series()
    complete = pl.concat(failed).get_column("position").implode()
    others = complaints.unread(shown, values, kind).filter(~pl.col("position").is_in(complete))
    if rates is not None:
        others = complaints.without_rate(others, rates)
    return Read(values, pl.concat([*failed, others]).unique("position", maintain_order=True))


def _joined(rows: pl.DataFrame, name: str, rule: ColumnRule, kind: pl.DataType, zone: str) -> Read:
    parts = [_cells(rows.get_column(origin), rule, kind) for origin in rule.joined]
    text = joined(parts, rule.separator)
    read = _read(text, name, rule, kind, zone)
    held = complaints.of_separator(parts, text, rule.separator)
    return Read(read.values, pl.concat([held, read.failed]))


def _numbers(rows: pl.DataFrame, name: str, rule: ColumnRule, kind: pl.DataType) -> Read:
    """Write the numbers of a row as one JSON object of plain decimals; an empty cell is null."""
    texts = {each: _cells(rows.get_column(at), rule, kind) for each, at in rule.numbers.items()}
    read = {each: _rounded(_exact(text, rule), NUMBER) for each, text in texts.items()}
    failed = [complaints.unread(text, read[each], NUMBER) for each, text in texts.items()]
    frame = pl.DataFrame([values.cast(pl.String).alias(each) for each, values in read.items()])
    content = row_json(frame, frame.columns).alias(name)
    return Read(content, pl.concat(failed).unique("position", maintain_order=True))


def _until_next(text: pl.Series, name: str, rule: ColumnRule, kind: pl.DataType, zone: str) -> Read:
    """Give each row the day before the next later day that the column has anywhere in the file."""
    cells = _cells(text, rule, kind)
    days = dates.days(cells, rule.date_formats, is_serial=rule.is_excel_serial, zone=zone)
    order = pl.DataFrame({"day": days.drop_nulls().unique().sort()})
    ends = order.with_columns(end=pl.col("day").shift(-1).dt.offset_by("-1d"))
    values = pl.DataFrame({"day": days}).join(ends, on="day", how="left", maintain_order="left")
    failed = complaints.unread(cells, days, kind, rule.date_formats)
    return Read(values.get_column("end").alias(name), failed)


def _by_case(rows: pl.DataFrame, rule: ColumnRule) -> pl.Series:
    """Give each row the value of the first case whose tests all hold; null where none does."""
    chosen = pl.lit(None, pl.String)
    for position, case in reversed(list(enumerate(rule.cases))):
        text = pl.col(f"·text {position}")
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
        numbers.exact(rows.get_column(case.column), decimal=rule.decimal).alias(f"·{position}")
        for position, case in enumerate(rule.cases)
        if case.at_most is not None or case.at_least is not None
    ]
    texts = [
        trimmed(rows.get_column(case.column)).replace("", None).alias(f"·text {position}")
        for position, case in enumerate(rule.cases)
    ]
    return rows.with_columns(*texts, *exact).select(chosen.alias("value")).to_series()


def _constant(rows: pl.DataFrame, value: Scalar) -> pl.Series:
    return pl.Series([str(value)], dtype=pl.String).new_from_index(0, rows.height)
