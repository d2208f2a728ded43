"""A person fills in a worksheet: every cell is kept, those named are typed over."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import xlsxwriter

SHEET = "5-Why"
HEAD = 1
"""Row of the headings, from 0."""
Typed = Mapping[str, str | float | date]


def grid(path: Path) -> list[list[Any]]:
    """Every cell of the sheet, text as text."""
    sheet = fastexcel.read_excel(path).load_sheet(SHEET, header_row=None, dtypes="string")
    return [list(row) for row in sheet.to_polars().rows()]


def lines(path: Path) -> list[dict[str, str | None]]:
    """The lines of a worksheet by heading."""
    _, head, *rows = grid(path)
    return [dict(zip(head, row, strict=True)) for row in rows]


def fill(path: Path, into: Path, typed: Mapping[int, Typed]) -> Path:
    """Write the worksheet anew with what is typed into its lines, the first being 0."""
    cells = grid(path)
    places = {name: place for place, name in enumerate(cells[HEAD])}
    for line, said in typed.items():
        for name, value in said.items():
            cells[HEAD + 1 + line][places[name]] = value
    with xlsxwriter.Workbook(into) as book:
        page = book.add_worksheet(SHEET)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, values in enumerate(cells):
            for place, value in enumerate(values):
                if isinstance(value, date):
                    page.write_datetime(row, place, value, day)
                elif value is not None:
                    page.write(row, place, value)
    return into
