"""`fupan map`: what it writes, what it refuses to touch, and how it ends."""

import gzip
import json
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from flows.cli import app
from flows.company import Company, open_company
from flows.errors import FileUnreadable, UsageError
from flows.settings.questions import open_keys

PAYMENTS = "Payment No,Customer,Payment Date,Amount\nP1,K1,2026-04-03,5\nP2,K1,2026-04-05,7\n"
OPEN = PAYMENTS.replace("2026-04-03", "03/04/2026").replace("2026-04-05", "05/04/2026")


def run(company: Company, *arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(
        app, ["map", "--company", str(company.folder), *map(str, arguments)], terminal_width=300
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def export(tmp_path: Path) -> Callable[[str], Path]:
    """Write an export with the name payments_2026-04.csv."""

    def write(text: str) -> Path:
        path = tmp_path / "payments_2026-04.csv"
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_source_file_is_written_that_loads_as_it_stands(
    company: Company, export: Callable[[str], Path]
) -> None:
    code, shown = run(company, export(PAYMENTS))
    assert code == 0
    assert "tried: 2 of 2 rows can be loaded" in shown
    assert "fupan check" in shown
    source = open_company(company.folder).sources["payments"]
    assert (source.entity, source.files, source.mode) == ("payment", "payments*.csv", "delta")


def test_questions_end_with_code_1_and_keep_the_source_out(
    company: Company, export: Callable[[str], Path]
) -> None:
    code, shown = run(company, export(OPEN))
    assert code == 1
    assert "columns.paid_on.date_formats" in shown
    again = open_company(company.folder)
    assert [*again.sources] == ["worksheet"]  # the product's own
    assert "d/m/y; m/d/y" in again.open_questions[0].what
    assert "2 of 2 values" in again.open_questions[0].what


def test_an_existing_file_is_never_touched(company: Company, export: Callable[[str], Path]) -> None:
    run(company, export(PAYMENTS))
    path = company.folder / "sources" / "payments.toml"
    path.write_text(path.read_text("utf-8") + "# mine\n", "utf-8")
    with pytest.raises(UsageError, match="--name"):
        run(company, export(PAYMENTS))
    assert path.read_text("utf-8").endswith("# mine\n")
    assert run(company, "--name", "other", export(PAYMENTS))[0] == 0
    assert (company.folder / "sources" / "other.toml").exists()


def test_print_writes_nothing_and_needs_no_company(
    tmp_path: Path, export: Callable[[str], Path]
) -> None:
    result = CliRunner().invoke(
        app, ["map", "--print", "--company", str(tmp_path), str(export(PAYMENTS))]
    )
    assert result.exit_code == 0
    assert 'entity = "payment"' in result.output
    assert not (tmp_path / "sources").exists()


def test_json_is_one_document_with_the_text(
    company: Company, export: Callable[[str], Path]
) -> None:
    code, shown = run(company, "--json", "--print", export(OPEN))
    (document,) = json.loads(shown)
    assert code == 1
    assert document["entity"] == "payment"
    assert document["columns"][0] == {
        "column": "payment_id",
        "from": "Payment No",
        "confidence": 1.0,
        "reason": "列名 / name: payment no; 例 / e.g. P1, P2",
    }
    assert [each["key"] for each in document["questions"]] == open_keys(
        tomllib.loads(document["text"])
    )


def test_an_entity_may_be_stated(company: Company, export: Callable[[str], Path]) -> None:
    run(company, "--entity", "record", export(PAYMENTS))
    source = open_company(company.folder).sources["payments"]
    assert source.entity == "record"
    assert source.columns["record_id"].generate == "content_key"
    with pytest.raises(UsageError, match="did you mean payment"):
        run(company, "--entity", "paymnt", "--name", "x", export(PAYMENTS))


def test_packed_exports_are_looked_into(company: Company, tmp_path: Path) -> None:
    packed = tmp_path / "payments.csv.gz"
    packed.write_bytes(gzip.compress(PAYMENTS.encode()))
    with zipfile.ZipFile(tmp_path / "april.zip", "w") as archive:
        archive.writestr("in/weather.csv", "station,wind\nA,3\nB,4\n")
        archive.writestr("in/stations.csv", "station,height\nA,3\nB,4\n")
    assert run(company, packed, tmp_path / "april.zip")[0] == 0
    sources = open_company(company.folder).sources
    assert {name: source.files for name, source in sources.items()} == {
        "payments": "payments.csv",
        "stations": "stations.csv",
        "weather": "weather.csv",
        "worksheet": "*.why*.xlsx",
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b" \n\n", "nothing but blanks", id="blank"),
        pytest.param(b"<html><table><tr><td>1</td></tr></table>", "web page", id="HTML as xls"),
        pytest.param(b"PK\x03\x04broken", "broken.xls", id="no workbook"),
    ],
)
def test_what_cannot_be_read_is_named(
    company: Company, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "broken.xls"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=says):
        run(company, path)
    assert not (company.folder / "sources").exists()


def test_a_header_alone_and_columns_of_one_name_are_mapped(
    company: Company, tmp_path: Path
) -> None:
    bare = tmp_path / "payments.csv"
    bare.write_text(PAYMENTS.partition("\n")[0] + "\n", "utf-8")
    assert run(company, bare)[0] == 0
    twice = tmp_path / "twice.csv"
    twice.write_text("station,wind,wind\nA,3,4\n", "utf-8")
    assert run(company, twice)[0] == 0
    read = open_company(company.folder).sources["twice"].read
    assert read.column_names == ("station", "wind", "wind_2")


def test_sheets_of_the_same_kind_are_asked_for(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "payments.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (("一月", 2), ("二月", 3), ("说明", 0)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, PAYMENTS.partition("\n")[0].split(","))
            for row in range(rows):
                sheet.write_row(row + 1, 0, [f"P{row}", "K1", f"2026-04-0{row + 1}", 5])
    code, shown = run(company, path)
    assert code == 1
    assert "read.sheet" in shown
    assert "一月 | 二月" in shown
