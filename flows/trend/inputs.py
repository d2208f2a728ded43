"""The two files of a trend view: the daily rows, and the metrics."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.errors import ColumnsChanged, FileUnreadable, InputError, SettingsError, nearest
from flows.mapping.opened import opened, plain_source
from flows.mapping.preview import preview
from flows.readers import Reading, read_rows
from flows.readers.reading import ROW_NUMBER
from flows.settings.company import IngestSettings
from transforms.trend.cells import read_cells
from transforms.trend.definitions import DefinitionError, Metric, metrics_of
from transforms.trend.values import cells_of

_MOST_BYTES: Final = 2**24


def read_metrics(path: Path) -> dict[str, Metric]:
    """Read the metrics of a JSON file; raises SettingsError naming metric, key and near names."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            message = f"{path.name} is larger than {_MOST_BYTES:,} bytes: these are no definitions"
            raise SettingsError(message, where=str(path))
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}"
        raise SettingsError(message, where=str(path), remedy="give --metrics FILE") from error
    except (ValueError, RecursionError) as error:
        message = f"{path.name} is not valid JSON: {error}"
        raise SettingsError(message, where=str(path)) from error
    try:
        return metrics_of(document)
    except DefinitionError as error:
        raise wrong(error, path) from error


def read_daily(
    path: Path, on: str, metrics: Mapping[str, Metric], metrics_file: Path
) -> pl.DataFrame:
    """Read the cells of a daily file that the metrics look at.

    Raises FileUnreadable, ColumnsChanged where a column is not there, and InputError where a cell
    is no day or no number.
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
    if on not in reading.columns:
        raise _missing(on, "--date", reading, path)
    try:
        wanted = {name: cells_of(name, metric, on) for name, metric in metrics.items()}
    except DefinitionError as error:
        raise wrong(error, metrics_file) from error
    for name, cells in wanted.items():
        for cell in sorted(cells):
            if cell.column not in reading.columns:
                raise _missing(cell.column, f"metric {name!r}", reading, path)
    found = read_cells(reading.rows, on, {cell for cells in wanted.values() for cell in cells})
    if found.orders:
        message = f"the days of column {on!r} may be read as {' or as '.join(found.orders)}"
        raise InputError(message, where=str(path), remedy="write them as 2026-11-22 in the export")
    if found.complaints.height:
        raise _unread(found.complaints, path)
    return found.rows


def wrong(error: DefinitionError, path: Path) -> SettingsError:
    """Say what is wrong with a definition, and which names are near."""
    near = f"; {nearest(error.name, error.known)}" if error.known else ""
    return SettingsError(f"{error}{near}", where=str(path), remedy="docs/trend.md has the forms")


def _read(path: Path) -> Reading:
    """Read a file whole; of columns of one name the later ones are numbered: `name_2`."""
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


def _missing(column: str, user: str, reading: Reading, path: Path) -> ColumnsChanged:
    message = f"{path.name} has no column {column!r}, which {user} names"
    return ColumnsChanged(
        message,
        where=str(path),
        remedy=f"correct the name; {nearest(column, reading.columns)}",
    )


def _unread(complaints: pl.DataFrame, path: Path) -> InputError:
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


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            message = f"{name!r} stands there twice"
            raise ValueError(message)
        found[name] = value
    return found
