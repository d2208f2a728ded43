"""A person fills in a worksheet: the file stays as it is, but for the cells typed into."""

import re
import zipfile
from collections.abc import Mapping
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import fastexcel
from xlsxwriter.utility import xl_rowcol_to_cell

SHEET = "5-Why"
HEAD = 1
"""Row of the headings, from 0."""
PART = "xl/worksheets/sheet1.xml"
_TEXTS = "xl/sharedStrings.xml"
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Typed = Mapping[str, str | float | date]
_DAY_ZERO = date(1899, 12, 30)


def grid(path: Path, sheet: str = SHEET) -> list[list[Any]]:
    """Every cell of a sheet, text as text."""
    found = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, dtypes="string")
    return [list(row) for row in found.to_polars().rows()]


def lines(path: Path) -> list[dict[str, str | None]]:
    """The lines of a worksheet by heading."""
    _, head, *rows = grid(path)
    return [dict(zip(head, row, strict=True)) for row in rows]


def fill(path: Path, into: Path, typed: Mapping[int, Typed]) -> Path:
    """Save the worksheet with what is typed into its lines, the first being 0.

    Styles, protection, drop-downs and hidden sheets stay, as a spreadsheet program keeps them.
    """
    places = {name: place for place, name in enumerate(grid(path)[HEAD])}
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    text = parts[PART].decode()
    for line, said in typed.items():
        for name, value in said.items():
            text = _typed(text, xl_rowcol_to_cell(HEAD + 1 + line, places[name]), value)
    parts[PART] = text.encode()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return into


def rename_parts(path: Path, into: Path, old: str, new: str) -> Path:
    """Save a workbook with one text put in the place of another, whatever sheet it stands on."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(into, "w") as copy:
        for name in book.namelist():
            copy.writestr(name, book.read(name).decode().replace(old, new))
    return into


def saved_by_calc(path: Path, empty_rows: int = 40) -> Path:
    """Write a filled worksheet anew as LibreOffice Calc 7.4 saves it.

    Every text is a shared one, in pieces where its letters are of two fonts (case numbers, too);
    numbers and days say that they are numbers, the sheet that was very hidden is hidden, and below
    the lines come rows of styled cells without a value.
    """
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    texts = re.findall(r"<si>(.*?)</si>", parts[_TEXTS], re.DOTALL)

    def shared(found: re.Match[str]) -> str:
        texts.append(f"<t>{found[2]}</t>")
        return f'<c {found[1]} t="s"><v>{len(texts) - 1}</v></c>'

    inline = re.compile(r'<c ([^>]*?) t="inlineStr"><is><t>(.*?)</t></is></c>', re.DOTALL)
    sheet = inline.sub(shared, parts[PART])
    sheet = re.sub(r'<c (r="[A-Z]+\d+"(?: s="\d+")?)><v>', r'<c \1 t="n"><v>', sheet)
    last = max(int(row) for row in re.findall(r'<row r="(\d+)"', sheet))
    cells = re.findall(r'<c r="([A-Z]+)\d+" s="(\d+)"', re.findall(r"<row .*?</row>", sheet)[-1])
    empty = "".join(
        f'<row r="{row}" customFormat="false" hidden="false">'
        + "".join(f'<c r="{letter}{row}" s="{style}"/>' for letter, style in cells)
        + "</row>"
        for row in range(last + 1, last + 1 + empty_rows)
    )
    parts[PART] = sheet.replace("</sheetData>", f"{empty}</sheetData>")
    head = parts[_TEXTS][: parts[_TEXTS].index("<sst")]
    items = "".join(f"<si>{_in_runs(text)}</si>" for text in texts)
    parts[_TEXTS] = f'{head}<sst xmlns="{_SPACE}" count="{len(texts)}">{items}</sst>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("veryHidden", "hidden")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def _in_runs(text: str) -> str:
    """A shared text cut where Chinese and other letters meet, each piece with its font."""
    inner = re.sub(r"</?t[^>]*>", "", text).replace("\n", "&#10;")
    pieces = re.findall(r"[\u3000-\uffef]+|(?:&[#\w]+;|[^\u3000-\uffef])+", inner)
    if len(pieces) <= 1:
        return f'<t xml:space="preserve">{inner}</t>'
    font = '<rPr><sz val="11"/><rFont val="Calibri"/><family val="2"/></rPr>'
    return "".join(f'<r>{font}<t xml:space="preserve">{piece}</t></r>' for piece in pieces)


def _typed(sheet: str, cell: str, value: str | float | date) -> str:
    """Put a value into one cell, which keeps its style."""
    pattern = re.compile(rf'<c r="{cell}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)')
    match value:
        case "":
            inner = ""
        case str():
            inner = f' t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        case date():
            inner = f"><v>{(value - _DAY_ZERO).days}</v></c>"
        case _:
            inner = f"><v>{value}</v></c>"
    done, count = pattern.subn(
        lambda found: f'<c r="{cell}"{found[1] or ""}{inner or "/>"}', sheet, count=1
    )
    assert count == 1, cell
    return done
