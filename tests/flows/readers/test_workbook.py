"""Workbooks and Parquet files."""

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from flows.errors import FileUnreadable
from flows.readers import Reading, read_rows
from flows.settings import SourceSettings


def read(path: Path, kind: str = "excel", **settings: object) -> Reading:
    columns = {"event_id": "a", "starts_on": "b", "description": "c"}
    data = {"title": "t", "entity": "event", "files": "*", "columns": columns}
    return read_rows(path, SourceSettings.model_validate(data | {"format": kind, "read": settings}))


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Two sheets; the first starts in B3 and has a title, a gap and every kind of cell."""
    path = tmp_path / "订单.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("明细")
        sheet.write(2, 1, "销售明细")
        sheet.write_row(3, 1, [" 编号 ", "数量", "日期", "时间", "错误", "是"])
        sheet.write_row(4, 1, ["S1", 3.0])
        sheet.write_datetime(4, 3, datetime(2026, 11, 3), day)  # noqa: DTZ001
        sheet.write_datetime(4, 4, datetime(2026, 11, 3, 8, 15, 30), day)  # noqa: DTZ001
        sheet.write_formula(4, 5, "=1/0", None, "#DIV/0!")
        sheet.write_boolean(4, 6, boolean=True)
        sheet.write_row(6, 1, ["S2", 20565.6206, "2026/11/4"])
        sheet.write_row(7, 1, ["合计", 2])
        book.add_worksheet("说明")
    return path


def test_cells_become_text_and_rows_keep_their_number(workbook: Path) -> None:
    reading = read(workbook, header_row=4, total_marker="合计")
    assert reading.rows.rows() == [
        ("S1", "3", "2026-11-03", "2026-11-03 08:15:30", "#DIV/0!", "true", 5),
        ("S2", "20565.6206", "2026/11/4", None, None, None, 7),
    ]
    assert reading.columns == ["编号", "数量", "日期", "时间", "错误", "是"]


def test_missing_sheet_lists_the_sheets(workbook: Path) -> None:
    with pytest.raises(FileUnreadable, match="it has: 明细, 说明"):
        read(workbook, sheet="明細")


def test_empty_sheet(workbook: Path) -> None:
    with pytest.raises(FileUnreadable, match="the sheet is empty"):
        read(workbook, sheet="说明")


@pytest.mark.parametrize("content", [b"PK\x03\x04 torn", b"no workbook at all"])
def test_corrupt_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match="damaged"):
        read(path)


def test_instruction_row_of_a_chinese_erp_template(data_root: Path) -> None:
    path = data_root / "chinese_erp_templates" / "goods_template.xls"
    reading = read(path, header_row=2)
    assert reading.columns[:2] == ["名称*", "规格"]
    assert reading.rows.select("名称*", "row_number").rows() == [("可乐test", 3), ("啤酒test", 4)]


def test_parquet_becomes_the_same_text(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame(
        {
            "a": [1, None],
            "b": [2.0, 2.55],
            "c": [date(2026, 11, 3), None],
            "d": [datetime(2026, 11, 3), datetime(2026, 11, 3, 8)],  # noqa: DTZ001
            "e": ["", "x"],
        }
    ).write_parquet(path)
    assert read(path, "parquet").rows.rows() == [
        ("1", "2", "2026-11-03", "2026-11-03", None, 1),
        (None, "2.55", None, "2026-11-03 08:00:00", "x", 2),
    ]


def test_corrupt_parquet(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 torn")
    with pytest.raises(FileUnreadable, match="damaged"):
        read(path, "parquet")


def test_hidden_sheet_is_not_the_first(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        hidden = book.add_worksheet("参数")
        hidden.write_row(0, 0, ["x"])
        shown = book.add_worksheet("明细")
        shown.write_row(0, 0, ["编号"])
        shown.write_row(1, 0, ["S1"])
        shown.activate()
        shown.set_first_sheet()
        hidden.hide()
    assert read(path).rows.rows() == [("S1", 2)]
    assert read(path, sheet="参数").columns == ["x"]


def test_merged_header_over_two_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "编号")
        sheet.merge_range(0, 1, 0, 2, "金额")
        sheet.write_row(1, 1, ["含税", "不含税"])
        sheet.write_row(2, 0, ["S1", 113, 100])
        sheet.write_row(3, 0, ["共 1 条"])
    reading = read(path, header_rows=2, row_count_marker="共")
    assert reading.columns == ["编号", "金额/含税", "金额/不含税"]
    assert reading.rows.rows() == [("S1", "113", "100", 3)]


def test_formula_is_its_last_value_and_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    signs = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")']
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list("abcdef"))
        sheet.write_formula(1, 0, "=2*3", None, 6)
        for column, text in enumerate(signs, 1):
            sheet.write_string(1, column, text)
    assert read(path).rows.row(0) == ("6", *signs, 2)
