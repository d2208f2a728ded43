"""The two files of a trend view: the daily rows, and the metrics."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.errors import InputError, SettingsError, nearest
from flows.mapping.plain import cells_unread, column_missing, read_plain
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
    reading = read_plain(path)
    if on not in reading.columns:
        raise column_missing(on, "--date", reading, path)
    try:
        wanted = {name: cells_of(name, metric, on) for name, metric in metrics.items()}
    except DefinitionError as error:
        raise wrong(error, metrics_file) from error
    for name, cells in wanted.items():
        for cell in sorted(cells):
            if cell.column not in reading.columns:
                raise column_missing(cell.column, f"metric {name!r}", reading, path)
    found = read_cells(reading.rows, on, {cell for cells in wanted.values() for cell in cells})
    if found.orders:
        message = f"the days of column {on!r} may be read as {' or as '.join(found.orders)}"
        raise InputError(message, where=str(path), remedy="write them as 2026-11-22 in the export")
    if found.complaints.height:
        raise cells_unread(found.complaints, path)
    return found.rows


def wrong(error: DefinitionError, path: Path) -> SettingsError:
    """Say what is wrong with a definition, and which names are near."""
    near = f"; {nearest(error.name, error.known)}" if error.known else ""
    return SettingsError(f"{error}{near}", where=str(path), remedy="docs/trend.md has the forms")


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            message = f"{name!r} stands there twice"
            raise ValueError(message)
        found[name] = value
    return found
