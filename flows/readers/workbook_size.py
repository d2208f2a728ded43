"""How large a workbook is before it is parsed: a tiny file can ask for terabytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flows.readers.zipped import Expansion, blocks, members, opened_zip, refused

_USUAL: Final = re.compile(rb'<c r="([A-Z]+\d+)"(?:[^>]*[^/>])?>')
"""A cell that says where it stands and is not empty, as nearly every program writes it."""
_FILLED: Final = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Za-z]+\d+)[\"'](?:[^>]*[^/>])?>"
)
"""The same, however it may be written."""
_UNPLACED: Final = re.compile(rb"<(?:\w+:)?c(?=[\s>])(?![^>]*\sr\s*=)")
"""A cell that leaves out where it stands: it follows the one before."""
_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s>]")
_ROW_NUMBER: Final = re.compile(rb"<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"'](\d+)")
_USUAL_POINTS: Final = re.compile(rb' t="s"[^>]*><v>(\d+)')
_POINTS: Final = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>\s*(\d+)")
_TEXT: Final = re.compile(rb"<(?:\w+:)?si[\s>/]")
_LETTERS: Final = bytes(range(0x41, 0x5B))
_DIGITS: Final = b"0123456789"
_LONGEST_TAG: Final = 8 * 2**20
_XLSX: Final = b"PK\3\4"


@dataclass
class _Extent:
    """The rectangle that the filled cells of a sheet span at most, counted from A1."""

    row: int = 0
    column: int = 0
    unplaced_rows: int = 0
    unplaced_cells: int = 0
    """Most cells of one row that do not say where they stand."""
    _in_row: int = 0

    @property
    def rows(self) -> int:
        """How many rows."""
        return self.row + (self.unplaced_rows if self.unplaced_cells else 0)

    @property
    def columns(self) -> int:
        """How many columns."""
        return self.column + self.unplaced_cells

    def add(self, block: bytes, *, is_usual: bool) -> None:
        """Take in a part of the sheet."""
        places = (_USUAL if is_usual else _FILLED).findall(block)
        together = b" ".join(places).upper()
        rows = set(together.translate(None, _LETTERS).split())
        self.row = max(self.row, *map(int, rows), 0)
        letters = set(together.translate(None, _DIGITS).split())
        self.column = max(self.column, *map(_column, letters), 0)
        if is_usual:
            self._in_row = 0
            return
        numbers = _ROW_NUMBER.findall(block)
        parts = _ROW.split(block)
        self.unplaced_rows += len(parts) - 1 - len(numbers)
        if _UNPLACED.search(block):
            self.row = max(self.row, *map(int, numbers), 0)
            for position, part in enumerate(parts):
                cells = len(_UNPLACED.findall(part))
                self._in_row = cells if position else self._in_row + cells
                self.unplaced_cells = max(self.unplaced_cells, self._in_row)


def _is_usual(block: bytes) -> bool:
    """Tell whether every cell is written as `<c r="A1" …>`, so that the quick patterns hold."""
    return block.count(b"<c") == block.count(b'<c r="') + block.count(b"<col") and not any(
        sign in block for sign in (b"'", b" =", b"= ", b":c", b"\n<")
    )


def refuse_workbook(path: Path, bound: Expansion, most_cells: int, most_columns: int) -> None:
    """Raise FileUnreadable where parsing a workbook would take too much memory.

    An .xls is bounded by its format (65,536 rows, 256 columns) and its size. Of an .xlsx the XML
    is unpacked here once, block by block: a sheet takes memory for the whole rectangle that its
    filled cells span, and a text is repeated for each cell that points to it.
    """
    with path.open("rb") as file:
        if file.read(4) != _XLSX:
            return
    with opened_zip(path) as packed:
        found = [part for part in members(path, packed) if part.name.endswith((".xml", ".rels"))]
        if not any(part.name.lower() == "xl/workbook.xml" for part in found):
            message = f"{path.name} is no .xlsx workbook"
            raise refused(path, message, "open it in a spreadsheet and save it as .xlsx")
        size = 0
        lengths = np.zeros(0, np.int64)
        for part in sorted(found, key=lambda part: "sharedstrings" not in part.name.lower()):
            content = _whole_tags(path, blocks(path, packed, part.info, bound, size))
            if "sharedstrings" in part.name.lower():
                lengths = _lengths(content)
            elif "worksheets/" in part.name.lower():
                _refuse_sheet(path, content, lengths, bound, (most_cells, most_columns))
            else:
                for _ in content:
                    continue
            size += part.info.file_size


def _refuse_sheet(
    path: Path,
    content: Iterator[bytes],
    lengths: NDArray[np.int64],
    bound: Expansion,
    most: tuple[int, int],
) -> None:
    extent, repeated = _Extent(), 0
    most_cells, most_columns = most
    for block in content:
        is_usual = _is_usual(block)
        extent.add(block, is_usual=is_usual)
        pointers = (_USUAL_POINTS if is_usual else _POINTS).findall(block)
        points = np.array(pointers, dtype=np.bytes_).astype(np.int64)
        repeated += int(lengths[points[points < lengths.size]].sum())
        bound.refuse(path, repeated)
        rows, columns = extent.rows, extent.columns
        if columns > most_columns:
            message = f"{path.name} has a sheet of {columns:,} columns"
            remedy = "export fewer, or raise max_columns under [ingest] in fupan.toml"
            raise refused(path, message, remedy)
        if rows * columns > most_cells:
            message = (
                f"{path.name} has a sheet that spans {rows:,} rows × {columns:,} columns; "
                f"{most_cells:,} cells can be read"
            )
            remedy = (
                "delete what stands far away from the table, export it as CSV, "
                "or raise max_sheet_cells under [ingest] in fupan.toml"
            )
            raise refused(path, message, remedy)


def _lengths(content: Iterator[bytes]) -> NDArray[np.int64]:
    """Measure the shared texts, in the order that cells point to them by."""
    found: list[NDArray[np.int64]] = []
    for block in content:
        head, *texts = (len(text) for text in _TEXT.split(block))
        if found:
            found[-1][-1] += head
        if texts:
            found.append(np.array(texts, np.int64))
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _whole_tags(path: Path, content: Iterator[bytes]) -> Iterator[bytes]:
    """Yield blocks that end where a tag starts, so that none is cut in two."""
    kept = b""
    for block in content:
        whole = kept + block
        cut = max(whole.rfind(b"<"), 0)
        kept = whole[cut:]
        if len(kept) > _LONGEST_TAG:
            message = f"{path.name} holds a cell of more than {_LONGEST_TAG:,} bytes"
            raise refused(path, message, "shorten it in the export, then `fupan check`")
        if b"<!DOCTYPE" in whole or b"<!ENTITY" in whole:
            message = f"{path.name} defines entities of its own, which no spreadsheet writes"
            raise refused(path, message, "open it in a spreadsheet and save it as .xlsx")
        yield whole[:cut]
    yield kept


def _column(letters: bytes) -> int:
    """Count which column it is, from A = 1."""
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 0x40
    return number
