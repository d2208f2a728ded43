"""Tables with the headers that users see, and CSV files the way office systems write them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

Cell = str | int | float | None
EXCEL_ZERO: Final = 25569
"""1970-01-01 as a spreadsheet counts days."""


@dataclass(frozen=True)
class Sheet:
    """One table: columns of cells under their headers; None is an empty cell."""

    columns: dict[str, list[Cell]]
    dates: frozenset[str] = frozenset()
    """Columns of spreadsheet day numbers, shown as dates."""
    title: str | None = None
    """A line above the header."""
    footer: tuple[Cell, ...] = ()
    """A line below the last row."""
    name: str = "Sheet1"

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values())))


@dataclass
class Book:
    """Sheets by file name, and the dirty rows put in, by source and rule."""

    files: dict[str, list[Sheet]] = field(default_factory=dict)
    rejects: dict[str, dict[str, int]] = field(default_factory=dict)


def sheet(
    frame: pl.DataFrame,
    *,
    dates: Sequence[str] = (),
    name: str = "Sheet1",
    title: str | None = None,
    footer: tuple[Cell, ...] = (),
) -> Sheet:
    """Make a sheet of a frame; `dates` are columns of days since 1970-01-01."""
    serial = frame.with_columns(pl.col(column) + EXCEL_ZERO for column in dates)
    columns = {column: serial.get_column(column).to_list() for column in serial.columns}
    return Sheet(columns, frozenset(dates), title, footer, name)


def write_csv(path: Path, content: Sheet, encoding: str) -> None:
    """Write one sheet as CSV with CRLF line ends, as spreadsheets save it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(content.columns)
    writer.writerows(zip(*content.columns.values(), strict=True))
    path.write_bytes(buffer.getvalue().encode(encoding))
