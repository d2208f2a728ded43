"""What is refused before it is parsed: packed files, texts and workbooks beyond their limits."""

import gzip
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from flows.errors import FileUnreadable
from flows.ingest.batch import present_files
from flows.ingest.inbox import opened_inbox

from .conftest import ACCOUNT, COMPANY, ORDER, ORDERS, Desk
from .hostile import encrypted, link, lying, outside, workbook, zipped

EXCEL = ORDER.replace("订单*.csv", "订单*.xlsx").replace("files =", 'format = "excel"\nfiles =')
SMALL = f"""{COMPANY}[ingest]
max_file_bytes = 3_000_000
max_expanded_bytes = 2_000_000
max_workbook_bytes = 2_000_000
max_sheet_cells = 1_000_000
max_columns = 100
max_line_bytes = 100_000
"""
MEBIBYTE = 2**20


def refusal(desk: Desk) -> FileUnreadable:
    """Look at what lies ready: the reason why the one file there is not read."""
    before = outside(desk.company.folder)
    sources = desk.company.sources.values()
    with opened_inbox(desk.company) as inbox:
        (file,) = [file for source in sources for file in present_files(inbox, source)]
        assert not list(desk.company.state.glob(".unpacked-*/*/*"))
    assert not list(desk.company.state.glob(".unpacked-*"))
    assert outside(desk.company.folder) == before
    assert file.refusal is not None
    assert file.refusal.where
    assert file.refusal.remedy
    with pytest.raises(FileUnreadable):
        _ = file.path
    return file.refusal


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(zipped(("../../订单.csv", ORDERS)), "does not stay", id="path traversal"),
        pytest.param(zipped(("..\\..\\订单.csv", ORDERS)), "does not stay", id="with backslashes"),
        pytest.param(zipped(("/tmp/订单.csv", ORDERS)), "does not stay", id="absolute name"),
        pytest.param(zipped(("C:\\订单.csv", ORDERS)), "does not stay", id="name with a drive"),
        pytest.param(zipped(("订单\x1b[2J.csv", ORDERS)), "hides signs", id="control signs"),
        pytest.param(zipped((link("订单.csv"), "../../secret.csv")), "a link", id="link"),
        pytest.param(encrypted(zipped(("订单.csv", ORDERS))), "encrypted", id="encrypted"),
        pytest.param(zipped(("订单.zip", "x"), ("订单.csv", ORDERS)), "itself", id="nested"),
        pytest.param(zipped(("订单.csv", bytes(3 * MEBIBYTE))), "2,000,000", id="declared size"),
        pytest.param(
            lying(zipped(("订单.csv", bytes(3 * MEBIBYTE))), 100), "2,000,000", id="actual size"
        ),
        pytest.param(
            lying(zipped(("订单.csv", ORDERS)), 20), "not what its directory", id="other size"
        ),
        pytest.param(zipped(("订单.csv", ORDERS))[:-30], "damaged", id="cut off"),
        pytest.param(b"PK\5\6" + b"\xff" * 18, "more than 20,000", id="endless directory"),
    ],
)
def test_zip_is_refused_whole(make_desk: Callable[..., Desk], content: bytes, says: str) -> None:
    desk = make_desk(SMALL, account=ACCOUNT, order=ORDER)
    desk.put("订单_1.zip", content)
    assert says in refusal(desk).what


def test_two_members_of_one_name(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(account=ACCOUNT, order=ORDER)
    content = zipped(("订单1.csv", ORDERS), ("订单2.csv", ORDERS))
    desk.put("a.zip", content.replace("订单2.csv".encode(), "订单1.csv".encode()))
    assert "twice" in refusal(desk).what


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(gzip.compress(bytes(3 * MEBIBYTE)), "2,000,000 bytes", id="bomb"),
        pytest.param(gzip.compress(ORDERS.encode())[:-9], "cut off", id="cut off"),
        pytest.param(b"no gzip", "cut off or damaged", id="not gzip"),
    ],
)
def test_gzip_is_refused(make_desk: Callable[..., Desk], content: bytes, says: str) -> None:
    desk = make_desk(SMALL, account=ACCOUNT, order=ORDER)
    desk.put("订单.csv.gz", content)
    assert says in refusal(desk).what


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"x" * (4 * MEBIBYTE), "max_file_bytes", id="too long a file"),
        pytest.param(
            b'a,b\n1,"' + b"x" * 200_000 + b'"\n', "line or cell of more than 100,000", id="cell"
        ),
        pytest.param(b",".join([b"a"] * 101) + b"\n", "has 101 columns", id="columns"),
    ],
)
def test_text_beyond_a_limit(make_desk: Callable[..., Desk], content: bytes, says: str) -> None:
    desk = make_desk(SMALL, account=ACCOUNT, order=ORDER)
    desk.put("订单.csv", content)
    assert says in refusal(desk).what


def test_parquet_beyond_a_limit(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    text = ORDER.replace("订单*.csv", "订单*.parquet")
    desk = make_desk(
        SMALL, account=ACCOUNT, order=text.replace("files", 'format = "parquet"\nfiles')
    )
    path = desk.company.folder / "inbox" / "订单.parquet"
    pl.select(pl.repeat(1, 300_000)).write_parquet(path)
    assert path.stat().st_size < 10_000
    assert "300,000 rows × 1 columns" in refusal(desk).what


ONE = '<c r="A1"><v>1</v></c>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(
            workbook(f'<row r="1">{ONE}</row><row r="1048576"><c r="Z1048576"><v>1</v></c></row>'),
            "1,048,576 rows × 26 columns",
            id="two cells far apart",
        ),
        pytest.param(
            workbook(f'<row r="4294967295"><c s="1" r = \'A4294967295\'><v>1</v></c></row>{ONE}'),
            "4,294,967,295 rows",
            id="row that no sheet has",
        ),
        pytest.param(
            workbook('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "16,384 columns", id="wide"
        ),
        pytest.param(
            workbook("<row>" + "<c><v>1</v></c>" * 101 + "</row>"),
            "101 columns",
            id="cells without a place",
        ),
        pytest.param(
            workbook("<row><c><v>1</v></c></row>" * 2 + '<row r="2000000"/>'),
            "2,000,002 rows",
            id="rows without a place",
        ),
        pytest.param(
            workbook(
                "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 99)),
                shared=f"<si><t>{'x' * 30_000}</t></si>",
            ),
            "2,000,000 bytes",
            id="shared text repeated",
        ),
        pytest.param(
            workbook(ONE, above='<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'),
            "entities of its own",
            id="entities",
        ),
        pytest.param(workbook("<row>" + "<c/>" * MEBIBYTE), "2,000,000", id="declared size"),
        pytest.param(zipped(("xl/workbook.bin", "x")), "no .xlsx workbook", id="binary workbook"),
        pytest.param(zipped(("../x.xml", "x")), "does not stay", id="path traversal"),
    ],
)
def test_workbook_is_refused_before_it_is_parsed(
    make_desk: Callable[..., Desk], content: bytes, says: str
) -> None:
    desk = make_desk(SMALL, account=ACCOUNT, order=EXCEL)
    desk.put("订单.xlsx", content)
    assert says in refusal(desk).what


def test_empty_formatted_rows_are_no_bomb(make_desk: Callable[..., Desk]) -> None:
    head = "".join(f'<c r="{c}1" t="inlineStr"><is><t>{n}</t></is></c>' for c, n in CELLS)
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="XFD{n}" s="1"/></row>' for n in EMPTY)
    desk = make_desk(SMALL, account=ACCOUNT, order=EXCEL)
    desk.put("订单.xlsx", workbook(f'<row r="1">{head}</row>{empty}'))
    report = desk.run()
    assert report.problems == ()
    assert report.files.item(0, "rows_read") == 0


CELLS = list(zip("ABCDE", ["单号", "行号", "日期", "客户", "金额"], strict=True))
EMPTY = range(2, 20_000)
