"""A workbook of rejects: a sheet per source, each bad row beside what is wrong with it."""

import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from flows.errors import PlatformError
from flows.ingest.bad_rows import OWN, Complaint
from flows.ingest.configuration import Configuration
from flows.ingest.repairs import IDENTITY, LONGEST_CELL
from flows.ingest.standing import BadRow, Rejects
from transforms.tables import ENTITIES

_PROBLEM: Final = (
    f"{OWN}文件 / file name",
    f"{OWN}行 / row",
    f"{OWN}规则 / rule",
    f"{OWN}列 / column",
    f"{OWN}值 / value",
    f"{OWN}说明 / message",
    f"{OWN}最接近 / nearest known",
)
_WIDTHS: Final = (24, 8, 24, 14, 18, 48, 18)
_CELL_WIDTH: Final = 18
_SHEET_NAME: Final = 31
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\']")
_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}
"""Everything is text: a cell that looks like a formula is one that somebody typed elsewhere."""


def write_workbook(path: Path, company: str, found: Sequence[Rejects]) -> int:
    """Write what stands rejected; returns the number of rows. Raises PlatformError.

    Grey columns say what is wrong; the others are the row as it was exported, all of it text, to
    be repaired where it is yellow. Hidden columns say which row of which file it is.
    """
    book = xlsxwriter.Workbook(path, _OPTIONS)
    forms = {
        "head": book.add_format({"bold": True, "bg_color": "#D9D9D9", "text_wrap": True}),
        "note": book.add_format({"bg_color": "#F2F2F2", "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "wrong": book.add_format({"num_format": "@", "bg_color": "#FFE699", "valign": "top"}),
    }
    taken: set[str] = set()
    for rejects in found:
        sheet = book.add_worksheet(_sheet_name(rejects.source, taken))
        _write_sheet(sheet, company, rejects, forms)
    try:
        book.close()
    except FileCreateError as error:
        message = f"{path.name} 无法写入 / cannot be written: {error}"
        remedy = "close it where it is open, or name another file"
        raise PlatformError(message, where=str(path.parent), remedy=remedy) from error
    return sum(len(rejects.rows) for rejects in found)


def nearest_known(complaint: Complaint, configuration: Configuration) -> str:
    """Name the allowed value that is nearest to a wrong one; empty where none is near.

    What is allowed are the values of the column's map, of the entity, or the company's stages.
    """
    name, _, what = complaint.rule.partition("|")
    known: Sequence[str] = ()
    if what == "unmapped_value":
        known = sorted(configuration.source.columns[name].map)
    elif what == "unknown_value":
        metadata = ENTITIES[configuration.source.entity].columns()[name].metadata or {}
        known = metadata.get("values", ())
    elif name == "unknown_stage":
        known = configuration.stages
    near = difflib.get_close_matches(complaint.value or "", known, n=1, cutoff=0.4)
    return near[0] if near else ""


def _write_sheet(
    sheet: Worksheet, company: str, rejects: Rejects, forms: dict[str, Format]
) -> None:
    columns = list(dict.fromkeys(name for row in rejects.rows for name in row.cells))
    heads = [*_PROBLEM, *columns, *IDENTITY]
    first_hidden = len(heads) - len(IDENTITY)
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    sheet.set_column(len(_PROBLEM), first_hidden - 1, _CELL_WIDTH, forms["text"])
    sheet.set_column(first_hidden, len(heads) - 1, None, None, {"hidden": True})
    sheet.freeze_panes(1, 2)
    for position, name in enumerate(heads):
        sheet.write_string(0, position, name, forms["head"])
    for line, row in enumerate(rejects.rows, 1):
        _write_row(sheet, line, row, rejects.configuration, columns, forms)
        identity = (company, rejects.source, row.place[0], str(row.place[1]))
        for position, text in enumerate(identity, first_hidden):
            sheet.write_string(line, position, text)


def _write_row(
    sheet: Worksheet,
    line: int,
    row: BadRow,
    configuration: Configuration,
    columns: Sequence[str],
    forms: dict[str, Format],
) -> None:
    why = row.complaints
    notes = (
        row.file_name,
        str(row.place[1]),
        "\n".join(each.rule for each in why),
        "\n".join(dict.fromkeys(each.column or "" for each in why)),
        "\n".join(dict.fromkeys(each.value or "" for each in why)),
        "\n".join(each.message for each in why),
        "\n".join(filter(None, (nearest_known(each, configuration) for each in why))),
    )
    for position, text in enumerate(notes):
        sheet.write_string(line, position, text[:LONGEST_CELL], forms["note"])
    named = {name for each in why for name in (each.column or "").split(" × ")}
    is_whole_row = not named & set(columns)
    for position, name in enumerate(columns, len(_PROBLEM)):
        form = forms["wrong" if is_whole_row or name in named else "text"]
        if cell := row.cells.get(name):
            sheet.write_string(line, position, cell[:LONGEST_CELL], form)
        else:
            sheet.write_blank(line, position, None, form)


def _sheet_name(source: str, taken: set[str]) -> str:
    """Make a name that a sheet may have and no other has."""
    plain = _NOT_IN_A_NAME.sub("_", source)
    name, number = plain[:_SHEET_NAME], 1
    while name.casefold() in taken:
        number += 1
        end = f"_{number}"
        name = plain[: _SHEET_NAME - len(end)] + end
    taken.add(name.casefold())
    return name
