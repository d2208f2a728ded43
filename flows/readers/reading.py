"""What a reader hands on, and the checks that every format shares."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from flows.errors import FileUnreadable, SettingsError
from flows.settings.read import ReadSettings

ROW_NUMBER: Final = "row_number"
PREVIEW_ROWS: Final = 30

MALFORMED: Final = pl.Schema({ROW_NUMBER: pl.Int64, "value": pl.String, "message": pl.String})
"""Rows that have another number of cells than the header."""


@dataclass(frozen=True)
class Reading:
    """One file as text.

    `rows` has one String column per header cell and `row_number`, the row as a person counts
    it: the header is counted, so the first data row of a plain file is 2. A quoted cell with line
    breaks in it is one row, as a spreadsheet shows it, so below such a cell the number is that
    of the record and not of the line. Empty rows and everything from `total_marker` on are left
    out. `malformed` holds the rows that have too few or too many cells.
    """

    rows: pl.DataFrame
    malformed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MALFORMED))
    preview: tuple[tuple[str, ...], ...] = ()
    """The first rows of the file, header and all: where a moved header is looked for."""
    encoding: str = ""
    delimiter: str = ""

    @property
    def columns(self) -> list[str]:
        """The export's own column names."""
        return [name for name in self.rows.columns if name != ROW_NUMBER]

    @property
    def rows_read(self) -> int:
        """Rows below the header, malformed ones among them."""
        return self.rows.height + self.malformed.height


def header_names(cells: Sequence[str | None], settings: ReadSettings, path: Path) -> list[str]:
    """Make column names of the header's cells, without blanks, line breaks and byte-order marks.

    A cell without a name becomes `column_<position>`. Raises FileUnreadable where two columns
    have one name or no cell is filled, SettingsError where there is no header and no names.
    """
    given = settings.column_names or cells
    if not settings.header_row and not settings.column_names:
        message = f"{path.name} has no header (header_row = 0) and no names are given for it"
        raise SettingsError(
            message, where=str(path), remedy="list column_names under [read] in its source file"
        )
    names = [" ".join((cell or "").replace("\ufeff", "").split()) for cell in given]
    if not any(names):
        message = f"{path.name} has no header in row {settings.header_row}: the row is empty"
        raise FileUnreadable(
            message, where=str(path), remedy="set header_row under [read] to the header's row"
        )
    if twice := [name for name, times in Counter(names).items() if name and times > 1]:
        message = f"{path.name} has columns of the same name: {', '.join(twice)}"
        raise FileUnreadable(
            message,
            where=f"{path}, row {settings.header_row}",
            remedy="rename one of them in the export, then `fupan check`",
        )
    return [name or f"column_{position}" for position, name in enumerate(names, 1)]


def data_rows(rows: pl.DataFrame, settings: ReadSettings) -> tuple[pl.DataFrame, int | None]:
    """Leave out empty rows, unnamed empty columns, and the total row with all below it.

    Returns the rows and the row number of the total row, where there is one.
    """
    names = [name for name in rows.columns if name != ROW_NUMBER]
    filled = [pl.col(name).str.strip_chars().replace("", None) for name in names]
    first = pl.coalesce(filled)
    end = None
    if settings.total_marker:
        is_total = first.str.starts_with(settings.total_marker)
        end = rows.filter(is_total).get_column(ROW_NUMBER).min()
    rows = rows.filter(first.is_not_null())
    if isinstance(end, int):
        rows = rows.filter(pl.col(ROW_NUMBER) < end)
    blank = [
        name
        for position, name in enumerate(names, 1)
        if name == f"column_{position}" and rows.get_column(name).null_count() == rows.height
    ]
    return rows.drop(blank), end if isinstance(end, int) else None
