"""Whose worksheet it is: written on a hidden sheet, and checked when the file comes back (D-20)."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl
from xlsxwriter.workbook import Workbook

from flows.company import Company
from flows.errors import FileUnreadable
from flows.manifest import manifests, review_table

HIDDEN: Final = "fupan"
"""Name of the hidden sheet; spreadsheet programs keep it when the file is saved."""
VARIANCE: Final = "variance"
_STATE: Final = "nothing of this file was loaded; the other files were"
_CASE: Final = r"^(\d{4}-W\d{2}):"


@dataclass(frozen=True)
class Identity:
    """The pack that a worksheet belongs to: whose, of which week and scope, and its content."""

    company: str
    week: str
    scope: str
    edition: str
    pack: str
    """sha-256 of the view of the pack, as its manifest has it."""


def write_identity(book: Workbook, identity: Identity) -> None:
    """Write the hidden sheet, one line for each part of the identity."""
    page = book.add_worksheet(HIDDEN)
    page.very_hidden()
    page.protect()
    for line, (name, value) in enumerate(asdict(identity).items()):
        page.write_string(line, 0, name)
        page.write_string(line, 1, value)


def read_identity(path: Path) -> Identity | None:
    """Read the hidden sheet of a workbook; None where there is none, or no whole one.

    A file that is no workbook has none either: whoever reads its rows says what is wrong with it.
    """
    try:
        book = fastexcel.read_excel(path)
        if HIDDEN not in book.sheet_names:
            return None
        sheet = book.load_sheet(HIDDEN, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError:
        return None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the parser; its class has no home
            return None
        raise
    if sheet.width < 2:  # noqa: PLR2004 (name and value)
        return None
    said = dict(sheet.select(sheet.columns[:2]).iter_rows())
    parts = {name: said.get(name) for name in Identity.__dataclass_fields__}
    whole = {name: value for name, value in parts.items() if value}
    return Identity(**whole) if whole.keys() == parts.keys() else None


def refuse_foreign(company: Company, path: Path, name: str) -> None:
    """Refuse a worksheet that another company's pack, or no pack published here, came with.

    One without the hidden sheet passes: its cases are still looked up by `refuse_unknown_cases`.
    Raises FileUnreadable, which says whose worksheet it is.
    """
    found = read_identity(path)
    if found is None:
        return
    own = company.settings.company.name
    if found.company != own:
        message = f"{name} is a 5-Why worksheet of {found.company}, and this is {own}"
        remedy = f"put it into the inbox of {found.company}"
        raise FileUnreadable(message, where=str(path), state=_STATE, remedy=remedy)
    published = manifests(company, found.week)
    if not published:
        message = f"{name} is a 5-Why worksheet of {found.week}, of which {own} has no pack"
        remedy = _remedy(company)
        raise FileUnreadable(message, where=str(path), state=_STATE, remedy=remedy)
    known = {pack.identity for edition in published for pack in edition.packs}
    if found.pack not in known:
        message = (
            f"{name} says that it belongs to edition {found.edition} of {found.week} for "
            f"{found.scope}, but no pack published here has that content"
        )
        remedy = (
            f"fill in the worksheet that lies beside the pack of {found.week}, or that was sent"
        )
        raise FileUnreadable(message, where=str(path), state=_STATE, remedy=remedy)


def refuse_unknown_cases(company: Company, rows: pl.DataFrame, path: Path, name: str) -> None:
    """Refuse answers to cases that no pack published here has shown.

    Takes typed `Answer` rows with `row_number`. Raises FileUnreadable with the rows.
    """
    weeks = rows["case_id"].str.extract(_CASE, 1).drop_nulls().unique().sort()
    shown: set[str] = set()
    for week in weeks:
        for edition in manifests(company, week):
            shown |= {*review_table(company, edition, VARIANCE)["case_id"]}
    wrong = rows.filter(~pl.col("case_id").is_in(sorted(shown))).sort("row_number")
    if wrong.is_empty():
        return
    first = wrong.row(0, named=True)
    places = ", ".join(str(row) for row in wrong["row_number"].unique().sort())
    message = (
        f"{name} answers cases that no pack of {company.settings.company.name} has shown: "
        f"row {places}, first {first['case_id']}"
    )
    raise FileUnreadable(message, where=str(path), state=_STATE, remedy=_remedy(company))


def _remedy(company: Company) -> str:
    latest = manifests(company)
    if not latest:
        return "publish the week first (`fupan review`), then fill in the worksheet of its pack"
    return f"fill in a worksheet of this company's packs; the newest is of {latest[-1].week}"
