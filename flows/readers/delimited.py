"""Delimited text (CSV, TSV) into rows of text."""

import csv
from pathlib import Path
from typing import IO, Final

import polars as pl

from flows.errors import FileUnreadable
from flows.readers.body import LONGEST_ROW, parse
from flows.readers.encoding import detected_encoding, plain_text
from flows.readers.form import Form, form_of
from flows.readers.header import header_names
from flows.readers.reading import PREVIEW_ROWS, ROW_NUMBER, Reading, data_rows
from flows.settings.read import ReadSettings

_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx (and any .zip) and .xls files begin."""
_SAMPLE: Final = 400_000
"""Bytes looked at to find the delimiter and to show the first rows."""


def read_delimited(path: Path, settings: ReadSettings) -> Reading:
    """Read a delimited file; raises as `read_rows`."""
    with path.open("rb") as file:
        if file.read(4).startswith(_PACKED):
            message = f"{path.name} is a workbook (or a zip), not delimited text"
            raise FileUnreadable(
                message,
                where=str(path),
                remedy='set format = "excel" in its source file, or give a zip its name *.zip',
            )
    encoding = detected_encoding(path, settings.encoding)
    with plain_text(path, encoding) as file:
        start = file.tell()
        sample = file.read(_SAMPLE)
        text = sample.decode(errors="ignore")
        if not text.strip() and not any(
            block.strip() for block in iter(lambda: file.read(2**20), b"")
        ):
            message = f"{path.name} is empty: it holds nothing but blanks"
            remedy = "export it again, then `fupan check`"
            raise FileUnreadable(message, where=str(path), remedy=remedy)
        form = form_of(text, settings)
        file.seek(start)
        names = header_names(_header(file, form, settings, path), settings, path)
        rows, malformed = parse(file, names, form, path, settings.header_end)
    if settings.skip_after_header:
        is_data = pl.col(ROW_NUMBER) >= settings.first_row
        rows, malformed = rows.filter(is_data), malformed.filter(is_data)
    rows, malformed = data_rows(rows, malformed, settings, path)
    preview = tuple(tuple(record) for record in form.records(text, PREVIEW_ROWS))
    return Reading(rows, malformed, preview, encoding, form.delimiter)


def _header(file: IO[bytes], form: Form, settings: ReadSettings, path: Path) -> list[list[str]]:
    """Read the records of the header; the file then stands below it."""
    if not settings.header_row:
        return []

    def line() -> str:
        read = file.readline(LONGEST_ROW)
        if len(read) == LONGEST_ROW:
            raise csv.Error
        return read.decode()

    try:
        for _ in range(settings.header_row - 1):
            line()
        records = form.reader(iter(line, ""))
        return [next(records, []) for _ in range(settings.header_rows)]
    except csv.Error as error:
        message = f"{path.name} has no header that can be read: a cell in it is too long"
        raise FileUnreadable(
            message,
            where=f"{path}, row {settings.header_row}",
            state="nothing of it was loaded; earlier loads stand",
            remedy="set header_row, delimiter and quote under [read], then `fupan check`",
        ) from error
