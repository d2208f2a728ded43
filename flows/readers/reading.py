"""What a reader hands on, and the checks that every format shares."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from flows.errors import FileUnreadable
from flows.settings.read import ReadSettings

ROW_NUMBER: Final = "row_number"
PREVIEW_ROWS: Final = 30

MALFORMED: Final = pl.Schema(
    {ROW_NUMBER: pl.Int64, **dict.fromkeys(("rule", "value", "message", "hint"), pl.String)}
)
"""Rows that have another number of cells than the header."""

_AROUND: Final = " \t,;|\"'"
"""What may stand around the first filled cell of a row that is not parsed."""
_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+")


@dataclass(frozen=True)
class Reading:
    """One file as text.

    `rows` has one String column per header cell and `row_number`, the row as a person counts
    it: the header is counted, so the first data row of a plain file is 2. A quoted cell with line
    breaks in it is one row, as a spreadsheet shows it, so below such a cell the number is that
    of the record and not of the line. Empty rows, those in which `filled_by` is empty, those that
    `example_marker` begins and everything from `total_marker` on are left out. `malformed` holds
    the rows that have too few or too many cells.
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


def data_rows(
    rows: pl.DataFrame, malformed: pl.DataFrame, settings: ReadSettings, path: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leave out empty and example rows, unnamed empty columns, the total row and all below it.

    Raises FileUnreadable where the file should state how many rows it has and states none, or
    another number than are there.
    """
    names = [name for name in rows.columns if name != ROW_NUMBER]
    rows = _without_empty(rows, names)
    if settings.filled_by:
        filled = [name for name in settings.filled_by if name in names]
        rows = _without_empty(rows, filled) if filled else rows
    if settings.example_marker:
        cells = (pl.col(name).str.strip_chars().replace("", None) for name in names)
        is_example = pl.coalesce(*cells).str.starts_with(settings.example_marker)
        rows = rows.filter(~is_example.fill_null(value=False))
    total = _marked(rows, malformed, names, settings.total_marker)
    count = _marked(rows, malformed, names, settings.row_count_marker)
    if ends := [number for number, _ in filter(None, (total, count))]:
        above = pl.col(ROW_NUMBER) < min(ends)
        rows, malformed = rows.filter(above), malformed.filter(above)
    if settings.row_count_marker:
        _compare(rows.height + malformed.height, count, settings.row_count_marker, path)
    blank = [
        name
        for position, name in enumerate(names, 1)
        if name == f"column_{position}" and rows.get_column(name).null_count() == rows.height
    ]
    return (rows.drop(blank) if blank else rows), malformed


def _without_empty(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Leave out rows of blanks; only those that were blank so far are looked at on and on."""
    empty = rows
    for name in names:
        is_blank = empty.get_column(name).str.strip_chars().replace("", None).is_null()
        if not is_blank.any():
            return rows
        empty = empty.filter(is_blank)
    return rows.join(empty.select(ROW_NUMBER), on=ROW_NUMBER, how="anti", maintain_order="left")


def _marked(
    rows: pl.DataFrame, malformed: pl.DataFrame, names: list[str], marker: str | None
) -> tuple[int, str] | None:
    """Find the first row whose first filled cell starts with a marker: its number and its text."""
    if marker is None:
        return None
    filled = [pl.col(name).str.strip_chars().replace("", None) for name in names]
    likely = rows.filter(pl.any_horizontal(pl.col(names).str.contains(r"^\s*" + re.escape(marker))))
    text = pl.concat_str(filled, separator=" ", ignore_nulls=True).alias("value")
    raw = malformed.select(ROW_NUMBER, pl.col("value").str.strip_chars(_AROUND))
    found = pl.concat(
        [
            likely.filter(pl.coalesce(filled).str.starts_with(marker)).select(ROW_NUMBER, text),
            raw.filter(pl.col("value").str.starts_with(marker)),
        ]
    ).sort(ROW_NUMBER)
    return (int(found.item(0, 0)), str(found.item(0, 1))) if found.height else None


def _compare(rows: int, count: tuple[int, str] | None, marker: str, path: Path) -> None:
    """Compare the number of rows with what the file states of itself."""
    number = _NUMBER.search(count[1].removeprefix(marker)) if count else None
    if number is None:
        problem = f"{path.name} lacks the row {marker!r} that states how many rows it has"
    elif (stated := int(number[0].replace(",", ""))) != rows:
        problem = f"{path.name} states {stated} rows and holds {rows}"
    else:
        return
    message = f"{problem}: it was cut off or changed"
    raise FileUnreadable(
        message,
        where=f"{path}, row {count[0]}" if count else str(path),
        state="nothing of it was loaded; earlier loads stand",
        remedy="export or copy it again; or take row_count_marker out of [read] in its source file",
    )
