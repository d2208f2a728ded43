"""Where the header of a sheet stands and where its data end, by its first and last rows."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

_VALUE: Final = re.compile(
    r"^[\s¥￥$€£(+-]*\d[\d,.'\s]*[%千万亿元)]*-?$"
    r"|^\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}"
    r"|^(?i:true|false)$|^[^@\s]+@[^@\s]+\.[^@\s]+$"
)
_TOTAL: Final = re.compile(
    r"^(\S{0,8}?(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计)[:：]?"
    r"|(?i:grand totals?|totals?|sub-?totals?|summe|gesamt)\b:?)\s*(?:[(（].*[)）])?\s*[\d.,]*$"
)
_UNIT: Final = re.compile(r"(?:金额)?单位\s*[:：]?\s*(?:人民币)?\s*(亿元|万元|千元|元)")
_FILLED: Final = 0.6
"""Share of the columns that a header fills at least."""
_SEARCHED: Final = 40
"""Rows from the top in which the header is looked for."""


@dataclass(frozen=True)
class Header:
    """Where the header stands: its first row, from 1 (0: there is none), and its rows."""

    row: int
    rows: int = 1
    above: tuple[str, ...] = ()
    """What stands above it, as text."""
    unit: str = "1"
    """Unit of all amounts, where a line above says so (单位：万元)."""


def find_header(records: Sequence[Sequence[str]], is_known: Callable[[str], bool]) -> Header:
    """Find the header among the first rows of a sheet.

    It is the first row that is filled nearly across, holds no values and names no column twice;
    or two such rows together where cells are merged. `is_known` says whether a text is a name
    that exports give a column: it decides between a header and a first row of plain words.
    """
    rows = [tuple(cell.strip() for cell in record) for record in records[:_SEARCHED]]
    width = _usual_width(rows)
    for position, row in enumerate(rows):
        if not any(row):
            continue
        if _is_double(rows, position, width):
            return _header(rows, position, 2)
        if _is_header(row, width):
            has_value = any(_is_value(cell) for cell in row if cell)
            if has_value and not any(is_known(cell) for cell in row if cell):
                continue
            return _header(rows, position, 1)
    return Header(0)


def find_total(records: Sequence[Sequence[str]], earlier: Sequence[str]) -> str | None:
    """Find the text with which the total row or a note below the data starts.

    `records` are the last rows of the file, `earlier` the first filled cell of every other row
    known: a text that data start with too is no mark of the end.
    """
    width = _usual_width(records)
    starts = [_first(record) for record in records]
    end = len(records)
    while end and (not starts[end - 1] or _is_below(records[end - 1], starts[end - 1], width)):
        end -= 1
    found = next((text for text in starts[end:] if text), None)
    if found is None:
        return None
    match = _TOTAL.match(found)
    lead = match[1] if match else re.split(r"(?<=[:：])|\d", found, maxsplit=1)[0].strip() or found
    before = [*earlier, *starts[:end]]
    for mark in dict.fromkeys((lead, found)):
        if not any(text.startswith(mark) for text in before):
            return mark
    return None


def stated_unit(texts: Sequence[str]) -> str:
    """Read the unit of all amounts from the lines above a table.

    >>> stated_unit(["销售明细表", "单位：万元"])
    '万'
    """
    found = next((match for text in texts if (match := _UNIT.search(text))), None)
    return {"亿元": "亿", "万元": "万", "千元": "千"}.get(found[1], "1") if found else "1"


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Cells from the first to the last filled one in most of the rows that have several."""
    widths = Counter(_extent(row) for row in rows if _extent(row) > 1)
    return max(widths, key=lambda width: (widths[width], width), default=1)


def _extent(row: Sequence[str]) -> int:
    return max((position for position, cell in enumerate(row, 1) if cell.strip()), default=0)


def _is_value(cell: str) -> bool:
    return bool(_VALUE.match(cell))


def _is_header(row: Sequence[str], width: int) -> bool:
    filled = [cell for cell in row if cell]
    values = sum(_is_value(cell) for cell in filled)
    return len(filled) >= max(1, _FILLED * width) and values <= len(filled) // 5


def _is_double(rows: Sequence[tuple[str, ...]], position: int, width: int) -> bool:
    """Tell a header of two rows: the lower one fills the gaps that merged cells leave above."""
    if position + 2 >= len(rows):
        return False
    upper, lower = (_padded(row, width) for row in rows[position : position + 2])
    gaps = [at for at, cell in enumerate(upper) if not cell]
    free = [at for at, cell in enumerate(lower) if not cell]
    if not gaps or not upper[0] or not all(lower[at] for at in gaps):
        return False
    if any(_is_value(cell) for cell in (*upper, *lower) if cell):
        return False
    names = [cell for cell in lower if cell]
    is_full_alone = not free and len(set(names)) == len(names)
    below = _padded(rows[position + 2], width)
    has_values = any(_is_value(cell) for cell in below if cell)
    return not is_full_alone and has_values and sum(bool(cell) for cell in upper) > 1


def _padded(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*row[:width], *[""] * (width - len(row)))


def _header(rows: Sequence[tuple[str, ...]], position: int, count: int) -> Header:
    above = tuple(" ".join(filter(None, row)) for row in rows[:position] if any(row))
    return Header(position + 1, count, above, stated_unit(above))


def _first(record: Sequence[str]) -> str:
    return next((cell.strip() for cell in record if cell.strip()), "")


def _is_below(record: Sequence[str], start: str, width: int) -> bool:
    """Tell a total or a note from a row of data."""
    if _TOTAL.match(start):
        return True
    filled = sum(bool(cell.strip()) for cell in record)
    return filled == 1 and width > 2  # noqa: PLR2004  # a narrow table has rows of one cell
