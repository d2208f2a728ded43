"""Parquet files into rows of text, so that all formats are typed by the same rules."""

from pathlib import Path

import polars as pl

from flows.errors import FileUnreadable
from flows.readers.header import header_names
from flows.readers.reading import MALFORMED, ROW_NUMBER, Reading, data_rows
from flows.settings.read import ReadSettings


def read_parquet(path: Path, settings: ReadSettings) -> Reading:
    """Read a Parquet file; its first row counts as row 1. Raises as `read_rows`."""
    try:
        frame = pl.read_parquet(path)
    except pl.exceptions.ComputeError as error:
        message = f"{path.name} is no Parquet file, or it is damaged"
        raise FileUnreadable(
            message,
            where=str(path),
            state=str(error).splitlines()[0],
            remedy="export or copy it again, then `fupan check`",
        ) from error
    names = header_names([frame.columns], ReadSettings(), path)
    rows = frame.select(
        _as_text(pl.col(old), kind).alias(new)
        for new, (old, kind) in zip(names, frame.schema.items(), strict=True)
    ).with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW_NUMBER))
    rows, _ = data_rows(rows, pl.DataFrame(schema=MALFORMED), settings, path)
    return Reading(rows)


def _as_text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        instant = column.dt.convert_time_zone("UTC") if kind.time_zone else column
        form = "%Y-%m-%d %H:%M:%S%.f" + ("Z" if kind.time_zone else "")
        return instant.dt.to_string(form).str.replace(r" 00:00:00$", "")
    if kind.is_float():
        return column.fill_nan(None).cast(pl.String).str.replace(r"\.0$", "")
    if kind.is_nested():
        return column.map_elements(str, return_dtype=pl.String)
    return column.cast(pl.String).replace("", None)
