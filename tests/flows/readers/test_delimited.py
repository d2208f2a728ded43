"""Delimited text, however it was written."""

from pathlib import Path

import pytest

from flows.errors import FileUnreadable, SettingsError
from flows.readers import Reading, body, read_rows
from flows.settings import SourceSettings


def source(**read: object) -> SourceSettings:
    columns = {"event_id": "a", "starts_on": "b", "description": "c"}
    return SourceSettings.model_validate(
        {"title": "t", "entity": "event", "files": "*", "columns": columns, "read": read}
    )


def read(
    folder: Path, content: str | bytes, written_in: str = "utf-8", /, **settings: object
) -> Reading:
    path = folder / "export.csv"
    path.write_bytes(content.encode(written_in) if isinstance(content, str) else content)
    return read_rows(path, source(**settings))


@pytest.mark.parametrize(
    ("encoding", "detected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encoding_and_delimiter_are_detected(
    tmp_path: Path, encoding: str, detected: str, delimiter: str
) -> None:
    text = "编号,客户,金额\nS1,海川重工,12\nS2,,13\n".replace(",", delimiter)
    reading = read(tmp_path, text, encoding)
    assert reading.columns == ["编号", "客户", "金额"]
    assert reading.rows.rows() == [("S1", "海川重工", "12", 2), ("S2", None, "13", 3)]
    assert (reading.encoding, reading.delimiter) == (detected, delimiter)


def test_what_nothing_else_decodes_is_latin_1(tmp_path: Path) -> None:
    assert read(tmp_path, b"caf\xe9,b\n1,2\n").columns == ["café", "b"]


def test_row_number_counts_records_header_included(tmp_path: Path) -> None:
    reading = read(tmp_path, 'a,b\r\n1,2\r\n\r\n"x\r\ny",3\r\n4,5\r\n')
    assert reading.rows.rows() == [("1", "2", 2), ("x\ny", "3", 4), ("4", "5", 5)]


def test_row_with_another_number_of_cells_is_set_apart(tmp_path: Path) -> None:
    reading = read(tmp_path, "a,b\n1,2\n3\n4,5,6\n7,8")
    assert reading.rows.rows() == [("1", "2", 2), ("7", "8", 5)]
    assert reading.malformed.select("row_number", "value").rows() == [(3, "3"), (4, "4,5,6")]
    assert reading.rows_read == 4


def test_header_row_total_and_rows_to_skip(tmp_path: Path) -> None:
    text = "销售明细\na,b\n(文本),(数字)\n1,2\n合计,2\n9,9\n"
    reading = read(tmp_path, text, header_row=2, skip_after_header=1, total_marker="合计")
    assert reading.rows.rows() == [("1", "2", 4)]


def test_total_row_with_fewer_cells_ends_the_data(tmp_path: Path) -> None:
    reading = read(tmp_path, "a,b\n1,2\n合计\n9,9\n", total_marker="合计")
    assert (reading.rows.rows(), reading.rows_read) == ([("1", "2", 2)], 1)


def test_no_header(tmp_path: Path) -> None:
    reading = read(tmp_path, "1,2\n3,4\n", header_row=0, column_names=["x", "y"])
    assert reading.rows.rows(named=True)[0] == {"x": "1", "y": "2", "row_number": 1}


def test_quote_inside_a_cell_is_no_open_quote(tmp_path: Path) -> None:
    assert read(tmp_path, 'a,b\n1,5" 管\n2,x\n').rows.height == 2


def test_quote_that_the_end_cuts_off_rejects_that_row(tmp_path: Path) -> None:
    reading = read(tmp_path, 'a,b\n1,2\n3,"x')
    assert reading.rows.rows() == [("1", "2", 2)]
    assert reading.malformed.get_column("row_number").to_list() == [3]


@pytest.mark.parametrize(
    ("content", "settings", "says"),
    [
        pytest.param("a,b\n1,中".encode()[:-1], {}, "middle of a character (line 2)", id="cut off"),
        pytest.param(b"a,b\n1,\0\0\0", {}, "NUL bytes from byte 6 (line 2)", id="NUL"),
        pytest.param(
            "a,中\n".encode("gb18030"),
            {"encoding": "utf-8"},
            "byte 2 (line 1)",
            id="wrong encoding stated",
        ),
        pytest.param(b"a,b,a\n1,2,3\n", {}, "same name: a", id="two columns of one name"),
        pytest.param(b"a,b\n1,2\n", {"header_row": 9}, "no header in row 9", id="no such header"),
        pytest.param(b'a,b\n1,"2\n3,4\n', {}, "never closed", id="quote swallows rows"),
        pytest.param(b"\n \n", {}, "nothing but blanks", id="blank"),
        pytest.param(b"", {}, "empty (0 bytes)", id="empty"),
        pytest.param(b"PK\x03\x04xyz", {}, "is a workbook", id="workbook"),
    ],
)
def test_unreadable_file_says_where(
    tmp_path: Path, content: bytes, settings: dict[str, object], says: str
) -> None:
    with pytest.raises(FileUnreadable) as caught:
        read(tmp_path, content, **settings)
    assert says in caught.value.what
    assert caught.value.remedy


def test_wrong_encoding_names_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match='set encoding = "gb18030"'):
        read(tmp_path, "编号,b\n", "gb18030", encoding="utf-8")


def test_unknown_encoding_is_a_matter_of_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no encoding is called 'utf-99'"):
        read(tmp_path, "a,b\n", encoding="utf-99")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="missing"):
        read_rows(tmp_path / "none.csv", source())


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        pytest.param(
            "编号,客户,,金额,\n,代码,名称,含税,不含税\n",
            ["编号", "客户/代码", "客户/名称", "金额/含税", "金额/不含税"],
            id="merged to the right and downwards",
        ),
        pytest.param(
            "编号,备注,,,金额\n,,x,y,\n",
            ["编号", "备注", "x", "y", "金额"],
            id="what is merged downwards is not carried on",
        ),
        pytest.param(
            "a,b\n1\n", ["a/1", "b", "column_3", "column_4", "column_5"], id="shorter row below"
        ),
    ],
)
def test_merged_header_cells_are_joined(tmp_path: Path, header: str, columns: list[str]) -> None:
    width = len(columns)
    row = ",".join("vwxyz"[:width])
    named = header.replace("a,b", "a,b,,,")
    reading = read(tmp_path, f"标题\n{named}{row}\n", header_row=2, header_rows=2)
    assert reading.columns == columns
    assert reading.rows.row(0) == (*"vwxyz"[:width], 4)


@pytest.mark.parametrize(
    "trailer",
    [
        pytest.param("共,2\n", id="in its own cell"),
        pytest.param("共 2 条\n", id="in one cell, so that the row has too few"),
        pytest.param("合计,7\n共2条,\n", id="below the total row"),
    ],
)
def test_file_that_holds_as_many_rows_as_it_states(tmp_path: Path, trailer: str) -> None:
    text = f"a,b\n1,2\n3,4\n{trailer}"
    reading = read(tmp_path, text, total_marker="合计", row_count_marker="共")
    assert [row[:2] for row in reading.rows.rows()] == [("1", "2"), ("3", "4")]
    assert reading.malformed.is_empty()


@pytest.mark.parametrize(
    ("trailer", "says"),
    [
        pytest.param('共,"1,234"\n', "states 1234 rows and holds 2", id="another number"),
        pytest.param("", "lacks the row '共'", id="cut off above the trailer"),
    ],
)
def test_file_that_lacks_rows_it_states_is_refused(tmp_path: Path, trailer: str, says: str) -> None:
    with pytest.raises(FileUnreadable, match="cut off") as caught:
        read(tmp_path, f"a,b\n1,2\n3,4\n{trailer}", row_count_marker="共")
    assert says in caught.value.what


def test_row_that_an_open_quote_swallows_in_one_column(tmp_path: Path) -> None:
    assert read(tmp_path, 'a\n1\n"x\ny"\n').rows.rows() == [("1", 2), ("x\ny", 3)]
    assert read(tmp_path, 'a\n1\n"x').malformed.get_column("value").to_list() == ["x"]


def test_row_longer_than_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "LONGEST_ROW", 1000)
    with pytest.raises(FileUnreadable, match="row of more than 1000 bytes"):
        read(tmp_path, "a,b\n1,2\n3," + "x" * 5000 + "\n")


def test_file_of_which_no_row_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "_MOST_MALFORMED", 10)
    with pytest.raises(FileUnreadable, match="more than 10 rows"):
        read(tmp_path, "a,b\n" + "1;2\n" * 12, delimiter=",")
