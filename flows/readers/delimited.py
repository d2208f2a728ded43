"""Delimited text (CSV, TSV) into rows of text."""

import csv
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.csv as pv

from flows.errors import FileUnreadable
from flows.readers.encoding import detected_encoding, utf8_copy
from flows.readers.reading import (
    MALFORMED,
    PREVIEW_ROWS,
    ROW_NUMBER,
    Reading,
    data_rows,
    header_names,
)
from flows.settings.read import ReadSettings

_DELIMITERS: Final = (",", "\t", ";", "|")
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls files begin."""
_SAMPLE: Final = 200_000
"""Characters looked at to find the delimiter and to show the first rows."""
_SENTINEL: Final = "\x1e"
"""Put behind the data to see whether a quote that was never closed swallows it."""


@dataclass(frozen=True)
class _Form:
    """How the cells of one file are set apart."""

    delimiter: str
    quote: str

    def records(self, text: str, count: int) -> list[list[str]]:
        """Read the first records of a text."""
        found: list[list[str]] = []
        try:
            for record in self.reader(io.StringIO(text[:_SAMPLE])):
                found.append(record)
                if len(found) == count:
                    break
        except csv.Error:  # a cell longer than the module allows: the rows before it are enough
            return found
        return found

    def reader(self, buffer: io.StringIO) -> Iterator[list[str]]:
        """Read records from where the buffer stands."""
        if self.quote:
            return csv.reader(buffer, delimiter=self.delimiter, quotechar=self.quote)
        return csv.reader(buffer, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)


def read_delimited(path: Path, settings: ReadSettings) -> Reading:
    """Read a delimited file; raises as `read_rows`."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_WORKBOOKS):
        message = f"{path.name} is a workbook, not delimited text"
        raise FileUnreadable(
            message, where=str(path), remedy='set format = "excel" in its source file'
        )
    encoding = detected_encoding(path, settings.encoding)
    with tempfile.TemporaryDirectory() as folder:
        text = utf8_copy(path, encoding, Path(folder)).read_text("utf-8")
    if not text.strip():
        message = f"{path.name} is empty: it holds nothing but blanks"
        raise FileUnreadable(message, where=str(path), remedy="export it again, then `fupan check`")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    form = _Form(settings.delimiter or _detected(text, settings), settings.quote)
    cells, body = _header_and_body(text, form, settings)
    names = header_names(cells, settings, path)
    first = settings.header_row + settings.skip_after_header + 1
    rows, malformed = (
        part.with_columns(pl.col(ROW_NUMBER) + settings.header_row).filter(
            pl.col(ROW_NUMBER) >= first
        )
        for part in _parsed(body, names, form, path)
    )
    rows, total = data_rows(rows, settings)
    if settings.total_marker:
        is_total = pl.col("value").str.strip_chars(" \t,;|" + form.quote)
        cut = malformed.filter(is_total.str.starts_with(settings.total_marker))
        ends = [total, *cut.get_column(ROW_NUMBER).to_list()]
        end = min((number for number in ends if number is not None), default=None)
        if end is not None:
            rows, malformed = (part.filter(pl.col(ROW_NUMBER) < end) for part in (rows, malformed))
    preview = tuple(tuple(record) for record in form.records(text, PREVIEW_ROWS))
    return Reading(rows, malformed, preview, encoding, form.delimiter)


def _detected(text: str, settings: ReadSettings) -> str:
    """Find the delimiter that gives most of the first rows the same number of cells above one."""
    skipped = max(settings.header_row - 1, 0)

    def fit(delimiter: str) -> tuple[int, int]:
        records = _Form(delimiter, settings.quote).records(text, PREVIEW_ROWS)[skipped:]
        widths = [len(record) for record in records if record]
        width = widths[0] if widths else 0
        return (widths.count(width), width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=fit)


def _header_and_body(text: str, form: _Form, settings: ReadSettings) -> tuple[list[str], str]:
    buffer = io.StringIO(text)
    if not settings.header_row:
        return [], text
    for _ in range(settings.header_row - 1):
        buffer.readline()
    empty: list[str] = []
    cells = next(form.reader(buffer), empty)
    return cells, text[buffer.tell() :]


def _parsed(
    body: str, names: list[str], form: _Form, path: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Parse the rows; the number of a row is its place below the header, from 1."""
    wrong: list[tuple[int, str, str]] = []

    def note(row: pv.InvalidRow) -> str:
        given, wanted = row.actual_columns, row.expected_columns
        message = f"这一行有 {given} 格，表头有 {wanted} 格 / {given} cells under {wanted} headings"
        if (text := str(row.text)).strip():
            wrong.append((row.number, text, message))
        return "skip"

    open_quote = _has_open_quote(body, form)
    if not body.strip("\n"):
        rows = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    else:
        try:
            table = pv.read_csv(
                io.BytesIO(body.encode()),
                read_options=pv.ReadOptions(column_names=names, use_threads=False),
                parse_options=pv.ParseOptions(
                    delimiter=form.delimiter,
                    quote_char=form.quote or False,
                    newlines_in_values=bool(form.quote),
                    ignore_empty_lines=False,
                    invalid_row_handler=note,
                ),
                convert_options=pv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid as error:
            message = f"{path.name} cannot be read as rows: {error}"
            raise FileUnreadable(
                message, where=str(path), remedy="state delimiter and quote under [read]"
            ) from error
        rows = pl.DataFrame(pl.from_arrow(table))
    malformed = pl.DataFrame(wrong, schema=MALFORMED, orient="row")
    rows = _numbered(rows, malformed)
    return _without_open_quote(rows, malformed, path) if open_quote else (rows, malformed)


def _numbered(rows: pl.DataFrame, malformed: pl.DataFrame) -> pl.DataFrame:
    """Number rows from 1, leaving out the numbers that malformed rows have."""
    taken = malformed.get_column(ROW_NUMBER)
    every = pl.int_range(1, rows.height + taken.len() + 1, eager=True, dtype=pl.Int64)
    free = every.filter(~every.is_in(taken.implode())) if taken.len() else every
    return rows.with_columns(free.head(rows.height).alias(ROW_NUMBER))


def _has_open_quote(body: str, form: _Form) -> bool:
    """Tell whether the last quote is never closed: then it swallows a sentinel put behind it."""
    if not form.quote or body.count(form.quote) % 2 == 0:
        return False
    last: list[str] = []
    for record in form.reader(io.StringIO(f"{body}\n{_SENTINEL}\n")):
        last = record
    return last != [_SENTINEL]


def _without_open_quote(
    rows: pl.DataFrame, malformed: pl.DataFrame, path: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take the row with the quote that is never closed out of the good ones.

    Raises FileUnreadable where whole rows were swallowed with it.
    """
    last = (
        pl.concat(
            [
                rows.select(
                    ROW_NUMBER,
                    pl.concat_str(pl.exclude(ROW_NUMBER), separator=" ", ignore_nulls=True).alias(
                        "value"
                    ),
                ),
                malformed.select(ROW_NUMBER, "value"),
            ]
        )
        .sort(ROW_NUMBER)
        .tail(1)
    )
    number, text = last.row(0)
    if "\n" in str(text).strip("\n"):
        message = (
            f"{path.name} has a quote that is never closed, from row {number} below the header"
        )
        raise FileUnreadable(
            message,
            where=str(path),
            state="every row under it would be lost, so nothing was loaded",
            remedy="export it again, or close the quote in that row",
        )
    message = (
        "引号没有结束，文件在这里被截断 / the quote is never closed: the file was cut off here"
    )
    bad = last.with_columns(pl.lit(message).alias("message"))
    good, wrong = (frame.filter(pl.col(ROW_NUMBER) != number) for frame in (rows, malformed))
    return good, pl.concat([wrong, bad])
