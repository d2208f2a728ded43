"""From the cells of a header to the names of columns."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from flows.errors import FileUnreadable, SettingsError
from flows.settings.read import ReadSettings

MOST_COLUMNS: Final = 16_384
"""As many as a sheet of a workbook can have."""

Cells = Sequence[str | None]


def header_names(rows: Sequence[Cells], settings: ReadSettings, path: Path) -> list[str]:
    """Make column names of the header's rows, without blanks, line breaks and byte-order marks.

    A cell without a name becomes `column_<position>`. Raises FileUnreadable where two columns
    have one name, no cell is filled, or there are more columns than any sheet has; SettingsError
    where there is no header and no names.
    """
    if not settings.header_row and not settings.column_names:
        message = f"{path.name} has no header (header_row = 0) and no names are given for it"
        raise SettingsError(
            message, where=str(path), remedy="list column_names under [read] in its source file"
        )
    names = list(settings.column_names) or joined([[_plain(cell) for cell in row] for row in rows])
    if len(names) > MOST_COLUMNS:
        message = f"{path.name} has {len(names)} columns; {MOST_COLUMNS} can be read"
        raise FileUnreadable(
            message,
            where=f"{path}, row {settings.header_row}",
            state="nothing of it was loaded; earlier loads stand",
            remedy="export only the columns that are needed, or state the delimiter under [read]",
        )
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


def joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """Join the rows of a header over merged cells, from above to below.

    A merged cell has its text in its first column alone. It is carried on to the right over
    columns that have a name of their own below it. One with nothing below it was merged downwards
    and ends there.

    >>> joined([["编号", "客户", "", "备注"], ["", "代码", "名称", ""]])
    ['编号', '客户/代码', '客户/名称', '备注']
    """
    width = max((len(row) for row in rows), default=0)
    *above, last = [[*row, *[""] * (width - len(row))] for row in rows] or [[]]
    for upper in reversed(above):
        group = ""
        for position, (cell, below) in enumerate(zip(upper, last, strict=True)):
            group = cell or (group if below else "")
            last[position] = "/".join(filter(None, (group, below)))
            group = group if below else ""
    return last


def _plain(cell: str | None) -> str:
    return " ".join((cell or "").replace("\ufeff", "").split())
