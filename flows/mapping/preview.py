"""The first and last rows of a file nobody has described: format, encoding, delimiter, sheets."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import fastexcel
import polars as pl

from flows.errors import FileUnreadable
from flows.readers.encoding import detected_encoding, plain_text

_DELIMITERS: Final = (",", "\t", ";", "|")
_QUOTES: Final = ('"', "'")
_HEAD: Final = 400_000
_TAIL: Final = 65_536
_ROWS: Final = 60
_SHEETS: Final = 30
"""Sheets that are looked at."""
_CELL: Final = 10_000
"""Characters of a cell in the first rows that are kept."""

Format = Literal["csv", "excel", "parquet"]
Records = list[list[str]]


@dataclass(frozen=True)
class Preview:
    """First and last rows of one file (of one sheet)."""

    format: Format
    head: Records
    lines: list[int]
    """The line (or row) that each record of `head` begins in, from 1."""
    tail: Records | None
    """None where the last rows are only known once the file has been read."""
    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    sheet: str | None = None
    sheets: tuple[tuple[str, int], ...] = ()
    """Every sheet, with the names of columns known in it; -1 for one that holds no table."""


def preview(path: Path, known: Callable[[Records], int]) -> Preview:
    """Read the first and last rows; `known` counts the names of columns that a sheet has.

    Raises FileUnreadable where the file is missing, empty or of no format that can be read.
    """
    if not path.is_file() or not path.stat().st_size:
        what = "is empty (0 bytes)" if path.is_file() else "is missing"
        message = f"{path.name} {what}"
        raise FileUnreadable(message, where=str(path), remedy="export it again, then `fupan map`")
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PAR1"):
        return _parquet(path)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _workbook(path, known)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype", b"<table")):
        message = f"{path.name} is a web page with a table in it, whatever its name says"
        raise FileUnreadable(
            message,
            where=str(path),
            remedy="open it in a spreadsheet, save it as .xlsx, then `fupan map` that file",
        )
    return _delimited(path)


def _parquet(path: Path) -> Preview:
    names = list(pl.read_parquet_schema(path))
    return Preview("parquet", [names], [1], tail=[])


def _workbook(path: Path, known: Callable[[Records], int]) -> Preview:
    try:
        book = fastexcel.read_excel(path)
        sheets = {name: _first_rows(book, name) for name in book.sheet_names[:_SHEETS]}
    except fastexcel.FastExcelError as error:
        message = f"{path.name} is no workbook that can be read, or it is damaged"
        raise FileUnreadable(
            message,
            where=str(path),
            state=str(error).splitlines()[0],
            remedy="open it in a spreadsheet, save it as .xlsx, then `fupan map` that file",
        ) from error
    counts = {name: known(rows) if len(rows) > 1 else -1 for name, rows in sheets.items()}
    if max(counts.values(), default=-1) < 0:
        message = f"{path.name} has no sheet with rows in it"
        raise FileUnreadable(message, where=str(path), remedy="export it again, then `fupan map`")
    best = max(counts, key=lambda name: (counts[name], -list(counts).index(name)))
    head = sheets[best]
    places = list(range(1, len(head) + 1))
    return Preview("excel", head, places, None, sheet=best, sheets=tuple(counts.items()))


def _first_rows(book: fastexcel.ExcelReader, name: str) -> Records:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=_ROWS, dtypes="string")
    rows = pl.DataFrame(pl.from_arrow(sheet.to_arrow())).rows()
    return [[(cell or "")[:_CELL] for cell in row] for row in rows]


def _delimited(path: Path) -> Preview:
    encoding = detected_encoding(path)
    with plain_text(path, encoding) as file:
        start = file.tell()
        head = file.read(_HEAD).decode(errors="ignore")
        size = file.seek(0, io.SEEK_END)
        file.seek(max(size - _TAIL, start))
        tail = file.read().decode(errors="ignore")
    if not head.strip():
        message = f"{path.name} is empty: it holds nothing but blanks"
        raise FileUnreadable(message, where=str(path), remedy="export it again, then `fupan map`")
    delimiter, quote = max(
        ((delimiter, quote) for quote in _QUOTES for delimiter in _DELIMITERS),
        key=lambda form: _fit(head, *form),
    )
    if f"{quote}" not in head:
        quote = '"'
    head_records = list(_records(head, delimiter, quote))[:_ROWS]
    if size - start > _TAIL:
        tail = tail.partition("\n")[2]
    tail_records = [record for _, record in _records(tail, delimiter, quote)]
    if size - start <= _TAIL:
        tail_records = tail_records[1:]
    return Preview(
        "csv",
        [record for _, record in head_records],
        [line for line, _ in head_records],
        tail_records[-_ROWS:],
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
    )


def _records(text: str, delimiter: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it begins in; ends at a cell that is too long."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, quotechar=quote)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error:
            return
        if record is None:
            return
        yield line, [cell[:_CELL] for cell in record]


def _fit(text: str, delimiter: str, quote: str) -> tuple[float, int, bool]:
    """Say how well a delimiter cuts the rows into one number of cells above one."""
    records = [record for _, record in _records(text, delimiter, quote)][: _ROWS - 1]
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return (0.0, 0, quote == '"')
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    is_quoted = any(cell.startswith(quote) for record in records for cell in record)
    share = count / sum(1 for record in records if record)
    return (round(share, 1), width, quote == '"' and not is_quoted)
