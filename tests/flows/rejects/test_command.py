"""`fupan rejects` on the command line."""

import json
import sys
from pathlib import Path

import fastexcel
import pytest

from flows.cli import main
from tests.flows.ingest.conftest import Desk
from tests.flows.rejects.conftest import Book


def call(monkeypatch: pytest.MonkeyPatch, desk: Desk, *arguments: str) -> int:
    command = ["fupan", "rejects", "--company", str(desk.company.folder), *arguments]
    monkeypatch.setattr(sys, "argv", command)
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_list_export_and_take_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert call(monkeypatch, desk, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert [row["row_number"] for row in document["rows"]] == [22, 23, 24]
    path = tmp_path / "bad.xlsx"
    assert call(monkeypatch, desk, "--export", str(path)) == 0
    assert fastexcel.read_excel(path).sheet_names == ["order"]
    book = Book(path)
    book.write(22, 金额="5")
    book.write(23, 单号="X2")
    book.write(24, 金额="9")
    assert call(monkeypatch, desk, "--take-in", str(book.save())) == 0
    assert "loaded 3" in capsys.readouterr().out
    assert call(monkeypatch, desk) == 0
    assert "no row stands rejected" in capsys.readouterr().out
    none = tmp_path / "none.xlsx"
    assert call(monkeypatch, desk, "--export", str(none)) == 0
    assert not none.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(["--source", "ordr"], 2, "did you mean order?", id="unknown source"),
        pytest.param(["--export", "a.csv"], 2, "a.xlsx", id="not a workbook"),
        pytest.param(["--take-in", "gone.xlsx"], 3, "gone.xlsx is missing", id="missing"),
        pytest.param(["--export", "a.xlsx", "--take-in", "b.xlsx"], 2, "together", id="both"),
    ],
)
def test_wrong_use_says_what_to_do(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    assert call(monkeypatch, desk, *arguments) == code
    assert says in capsys.readouterr().err
