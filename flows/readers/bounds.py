"""Files that are refused before anything parses them, because they would take too much."""

import stat
from pathlib import Path
from typing import Final

import polars as pl

from flows.errors import FileUnreadable
from flows.readers.names import shown
from flows.readers.workbook_size import refuse_workbook
from flows.readers.zipped import Expansion
from flows.settings import SourceSettings
from flows.settings.company import IngestSettings

_DELIMITERS: Final = (b",", b"\t", b";", b"|")
_BLOCK: Final = 2**20
_PARQUET_CELL: Final = 8
"""Bytes that a cell takes at least once it is unpacked."""


def refuse_oversized(path: Path, source: SourceSettings, limits: IngestSettings) -> None:
    """Raise FileUnreadable where a file goes beyond a limit of `[ingest]`, naming the setting.

    Files in the archive are not asked again: they were within the limits of their day.
    """
    refuse_long(path, limits)
    if not path.stat().st_size:
        return
    if source.format == "excel":
        bound = Expansion(
            limits.max_workbook_bytes, limits.max_expansion_ratio, "max_workbook_bytes"
        )
        refuse_workbook(path, bound, limits.max_sheet_cells, limits.max_columns)
    elif source.format == "parquet":
        _refuse_parquet(path, limits)
    else:
        _refuse_lines(path, source, limits)


def refuse_long(path: Path, limits: IngestSettings) -> None:
    """Raise FileUnreadable where a file is too long even to look through."""
    size = path.stat().st_size
    if size > limits.max_file_bytes:
        raise _beyond(path, f"is {size:,} bytes long", "max_file_bytes", limits.max_file_bytes)


def refuse_special(path: Path, *, may_be_linked: bool = False) -> None:
    """Raise FileUnreadable for what is no plain file: a link, folder, pipe, socket or device.

    A hard link is one too, unless it may be: its other name may lie anywhere, and whoever writes
    there changes what lies here.
    """
    status = path.lstat()
    kind = stat.S_IFMT(status.st_mode)
    kinds = {stat.S_IFLNK: "a symbolic link", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe"}
    if kind != stat.S_IFREG:
        what = kinds.get(kind, "a socket or a device")
    elif status.st_nlink > 1 and not may_be_linked:
        what = "a hard link"
    else:
        return
    message = f"{shown(path.name)} is {what}, not a file of its own"
    raise FileUnreadable(
        message,
        where=shown(str(path)),
        state="it was neither followed nor read",
        remedy="put a copy of the export there instead",
    )


def _refuse_lines(path: Path, source: SourceSettings, limits: IngestSettings) -> None:
    most = limits.max_line_bytes
    with path.open("rb") as file:
        header = b""
        for _ in range(source.read.header_row):
            header = file.readline(most + 1)
        stated = source.read.delimiter
        signs = (stated.encode(),) if stated else _DELIMITERS
        columns = max(header.count(sign) for sign in signs) + 1
        if columns > limits.max_columns:
            raise _beyond(path, f"has {columns:,} columns", "max_columns", limits.max_columns)
        file.seek(0)
        position, since = 0, 0
        while block := file.read(min(_BLOCK, most)):
            ends = [at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0]
            if since + min(ends, default=len(block)) > most:
                what = f"has a line or cell of more than {most:,} bytes at byte {position - since}"
                raise _beyond(path, what, "max_line_bytes", most)
            last = max(block.rfind(b"\n"), block.rfind(b"\r"))
            since = since + len(block) if last < 0 else len(block) - last - 1
            position += len(block)


def _refuse_parquet(path: Path, limits: IngestSettings) -> None:
    try:
        columns = len(pl.read_parquet_schema(path))
        rows = pl.scan_parquet(path).select(pl.len()).collect().item()
    except pl.exceptions.ComputeError:
        return  # the reader says what is wrong with it
    if columns > limits.max_columns:
        raise _beyond(path, f"has {columns:,} columns", "max_columns", limits.max_columns)
    expanded = rows * columns * _PARQUET_CELL
    if expanded > limits.max_expanded_bytes:
        holds = f"holds {rows:,} rows × {columns:,} columns, at least {expanded:,} bytes"
        raise _beyond(path, holds, "max_expanded_bytes", limits.max_expanded_bytes)


def _beyond(path: Path, what: str, setting: str, limit: int) -> FileUnreadable:
    message = f"{shown(path.name)} {what}; {setting} under [ingest] allows {limit:,}"
    return FileUnreadable(
        message,
        where=shown(str(path)),
        state="nothing of it was loaded; earlier loads stand",
        remedy=f"export less at a time, or raise {setting} in fupan.toml, then `fupan check`",
    )
