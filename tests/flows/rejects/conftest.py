"""A company whose orders had three bad rows, and a person at a spreadsheet."""

import shutil
from datetime import timedelta
from pathlib import Path

import fastexcel
import pytest
import xlsxwriter

from flows.company import open_company
from flows.ingest import IngestReport
from flows.rejects.command import export_rejects, find_rejects, take_in
from tests.flows.ingest.conftest import MONDAY, ORDER, Desk, set_up

HEAD = "单号,行号,日期,客户,金额\n"
GOOD = "".join(f"S{number},1,2026-11-03,K1,{number}\n" for number in range(1, 21))
BAD_AMOUNT = "X1,1,2026-11-04,K2,待核价\n"
BAD_KEY = ",1,2026-11-05,K3,70\n"
BAD_SHAPE = "X3,1,2026-11-06,K4\n"
ORDERS = HEAD + GOOD + BAD_AMOUNT + BAD_KEY + BAD_SHAPE
AMOUNT, NUMBER = "金额", "单号"


class Book:
    """A person at a spreadsheet: reads a sheet, changes cells, saves it as a new file."""

    def __init__(self, path: Path, sheet: str = "order") -> None:
        self.path = path
        self.sheet = sheet
        loaded = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, dtypes="string")
        self.rows = [list(row) for row in loaded.to_polars().rows()]

    @property
    def head(self) -> list[str]:
        return [str(cell) for cell in self.rows[0]]

    def line(self, row: int) -> list[str | None]:
        """The line of a row of the file."""
        place = self.head.index("·row")
        return next(line for line in self.rows[1:] if line[place] == str(row))

    def write(self, row: int, **cells: str | None) -> None:
        for name, text in cells.items():
            self.line(row)[self.head.index(name)] = text

    def cell(self, row: int, name: str) -> str | None:
        return self.line(row)[self.head.index(name)]

    def save(self, name: str = "repaired.xlsx") -> Path:
        path = self.path.with_name(name)
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet(self.sheet)
            for number, line in enumerate(self.rows):
                for position, text in enumerate(line):
                    if text is not None:
                        sheet.write_string(number, position, text)
        return path


@pytest.fixture(scope="module")
def first_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose orders had three bad rows: rows 22, 23 and 24."""
    folder = tmp_path_factory.mktemp("rejects") / "acme"
    desk = set_up(folder, order=ORDER)
    desk.put("订单.csv", ORDERS)
    assert desk.run().rejected == 3
    return folder


@pytest.fixture
def desk(first_week: Path, tmp_path: Path) -> Desk:
    return Desk(open_company(Path(shutil.copytree(first_week, tmp_path / "acme"))))


def exported(desk: Desk) -> Book:
    path = desk.company.folder.parent / "out.xlsx"
    assert export_rejects(desk.company, path)
    return Book(path)


def back(desk: Desk, path: Path, weeks: float = 1) -> IngestReport:
    report = take_in(desk.company, path, MONDAY + timedelta(weeks=weeks))
    assert not report.problems
    return report


def standing_rows(desk: Desk) -> list[int]:
    return [row.place[1] for rejects in find_rejects(desk.company) for row in rejects.rows]
