"""A file that nobody has described, read whole: rows of text, or a reason why not."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from flows.errors import ColumnsChanged, FileUnreadable, InputError, nearest
from flows.mapping.opened import opened, plain_source
from flows.mapping.preview import preview
from flows.readers import Reading, read_rows
from flows.readers.reading import ROW_NUMBER
from flows.settings.company import IngestSettings


def read_plain(path: Path) -> Reading:
    """Read the one table of a file; of columns of one name the later ones are numbered: `name_2`.

    Raises FileUnreadable, and InputError where a row has another width than the header.
    """
    with opened([path], IngestSettings()) as (file, *others):
        if others:
            message = f"{path.name} holds {len(others) + 1} files"
            raise FileUnreadable(message, where=str(path), remedy="unpack it and name one of them")
        reading = _read(file)
    if reading.malformed.height:
        row = reading.malformed.row(0, named=True)
        message = (
            f"{path.name} has {reading.malformed.height} rows of another width: {row['message']}"
        )
        raise InputError(
            message,
            where=f"{path}, row {row[ROW_NUMBER]}",
            state="nothing was worked out: a row left out would falsify every sum",
            remedy="export it again, with quotes around cells that hold the delimiter",
        )
    return reading


def _read(path: Path) -> Reading:
    """Read a file by what its first rows show."""
    seen = preview(path, lambda _: 0)
    source = plain_source(path)
    if seen.format == "csv":
        names = _numbered(seen.head[0])
        settings = {"delimiter": seen.delimiter, "quote": seen.quote, "column_names": names}
        read = source.read.model_copy(update=settings)
        source = source.model_copy(update={"read": read})
    return read_rows(path, source)


def _numbered(cells: Iterable[str]) -> tuple[str, ...]:
    names: list[str] = []
    for position, cell in enumerate(cells, 1):
        plain = " ".join(cell.replace("\ufeff", "").split()) or f"column_{position}"
        name, times = plain, 1
        while name in names:
            times += 1
            name = f"{plain}_{times}"
        names.append(name)
    return tuple(names)


def column_missing(column: str, user: str, reading: Reading, path: Path) -> ColumnsChanged:
    """Say that what a user of a file names is not a column of it, and what is near."""
    message = f"{path.name} has no column {column!r}, which {user} names"
    return ColumnsChanged(
        message,
        where=str(path),
        remedy=f"correct the name; {nearest(column, reading.columns)}",
    )


def cells_unread(complaints: pl.DataFrame, path: Path) -> InputError:
    """Name the first of the cells that cannot be read: its row, column, value and the rule."""
    first = complaints.row(0, named=True)
    value = "an empty cell" if first["value"] is None else repr(first["value"])
    message = f"{path.name}: {value} in column {first['column']!r} {first['rule']}"
    more = complaints.height - 1
    return InputError(
        message,
        where=f"{path}, row {first['row_number']}, column {first['column']!r}",
        state=f"{more} more cells cannot be read; nothing was worked out" if more else "",
        remedy="correct the cells in the export, or leave them empty where there is no value",
    )
