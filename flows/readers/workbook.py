"""Workbooks (.xlsx, .xls) into rows of text."""

from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from flows.errors import FileUnreadable, nearest
from flows.readers.header import header_names
from flows.readers.reading import MALFORMED, PREVIEW_ROWS, ROW_NUMBER, Reading, data_rows
from flows.settings.read import ReadSettings

_MIDNIGHT: Final = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_ERRORS: Final = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


def read_workbook(path: Path, settings: ReadSettings) -> Reading:
    """Read one sheet; raises as `read_rows`, also where the sheet is missing or empty.

    A date cell becomes ISO text, with its time where it has one; a number becomes the shortest
    text of it, without `.0`; a cell with an error keeps the text a spreadsheet shows (#N/A).
    """
    grid = _grid(path, settings)
    if not grid.width or grid.height < settings.header_end:
        what = "empty" if not grid.width else f"only {grid.height} row(s) long"
        message = f"{path.name} has no row {settings.header_end or 1}: the sheet is {what}"
        raise FileUnreadable(message, where=str(path), remedy="export it again, then `fupan check`")
    header = (
        grid[settings.header_row - 1 : settings.header_end] if settings.header_row else grid[:0]
    )
    names = header_names(header.rows(), settings, path)
    if len(names) < grid.width:
        names += [f"column_{position}" for position in range(len(names) + 1, grid.width + 1)]
    numbered = grid.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW_NUMBER)
    ).rename(dict(zip(grid.columns, names, strict=False)))
    below = numbered.filter(pl.col(ROW_NUMBER) >= settings.first_row)
    rows, _ = data_rows(below, pl.DataFrame(schema=MALFORMED), settings, path)
    preview = tuple(
        tuple(cell or "" for cell in record) for record in grid.head(PREVIEW_ROWS).rows()
    )
    return Reading(rows, preview=preview)


def _grid(path: Path, settings: ReadSettings) -> pl.DataFrame:
    """Read every cell of the sheet from its first row on, so that rows keep their numbers."""
    try:
        book = fastexcel.read_excel(path)
        batch, errors = _sheet(book, settings, path).to_arrow_with_errors()
    except fastexcel.FastExcelError as error:
        raise _damaged(path, str(error).splitlines()[0]) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the parser; its class has no home
            raise _damaged(path, "its parser gave up") from error
        raise
    grid = pl.DataFrame(pl.from_arrow(batch))
    broken = [] if errors is None else errors.errors
    return _with_errors(grid, broken).with_columns(
        pl.all().str.replace(_MIDNIGHT, "${1}").replace("", None)
    )


def _sheet(book: fastexcel.ExcelReader, settings: ReadSettings, path: Path) -> fastexcel.ExcelSheet:
    """Load the sheet named, else the first that is not hidden, else the first."""
    sheets = book.sheet_names
    if settings.sheet is not None and settings.sheet not in sheets:
        message = f"{path.name} has no sheet {settings.sheet!r}; it has: {', '.join(sheets)}"
        raise FileUnreadable(
            message,
            where=str(path),
            state="nothing of it was loaded; earlier loads stand",
            remedy=f"set sheet under [read]; {nearest(settings.sheet, sheets)}",
        )
    for name in [settings.sheet] if settings.sheet is not None else sheets:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if settings.sheet is not None or sheet.visible == "visible":
            return sheet
    return book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string")


def _damaged(path: Path, state: str) -> FileUnreadable:
    message = f"{path.name} is no workbook that can be read, or it is damaged"
    remedy = "open it in a spreadsheet, save it as .xlsx, then `fupan check`"
    return FileUnreadable(message, where=str(path), state=state, remedy=remedy)


def _with_errors(grid: pl.DataFrame, errors: list[fastexcel.CellError]) -> pl.DataFrame:
    """Put back the error values that the reader leaves out."""
    by_column: dict[int, dict[int, str]] = {}
    for error in errors:
        row, column = error.offset_position
        code = error.detail.partition("Error(")[2].rstrip(")'")
        by_column.setdefault(column, {})[row] = _ERRORS.get(code, f"#{code or 'ERROR'}!")
    changed = [
        grid.to_series(column).scatter(list(cells), list(cells.values()))
        for column, cells in by_column.items()
    ]
    return grid.with_columns(changed)
