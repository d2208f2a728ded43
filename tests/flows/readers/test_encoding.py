"""Encodings are told from whole files, however the blocks fall."""

import codecs
from pathlib import Path

import pytest

from flows.errors import FileUnreadable
from flows.readers import encoding
from flows.readers.encoding import detected_encoding, plain_text, utf8_copy

TEXT = "编号,客户\r\nS1,海川€😀\n"


@pytest.fixture(autouse=True, params=[1, 3, 7, 4096], ids=lambda size: f"blocks of {size}")
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_BLOCK", request.param)


@pytest.mark.parametrize(
    ("content", "stated", "found"),
    [
        pytest.param(TEXT.encode(), None, "utf-8", id="utf-8"),
        pytest.param(TEXT.encode("utf-8-sig"), None, "utf-8", id="utf-8 with mark"),
        pytest.param(TEXT.encode("gb18030"), None, "gb18030", id="gb18030"),
        pytest.param(TEXT.encode("gb18030"), "gbk", "gbk", id="gbk stated, gb18030 written"),
        pytest.param(TEXT.encode("utf-16"), None, "utf-16-le", id="utf-16"),
        pytest.param(TEXT.encode("utf-16"), "utf-16", "utf-16", id="utf-16 stated"),
        pytest.param(TEXT.encode("utf-16-le"), "utf-16", "utf-16", id="utf-16 without mark"),
        pytest.param(
            codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None, "utf-16-be", id="big end first"
        ),
    ],
)
def test_copy_holds_the_same_text(
    tmp_path: Path, content: bytes, stated: str | None, found: str
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    assert detected_encoding(path, stated) == found
    copy = utf8_copy(path, found, tmp_path)
    assert copy.read_bytes().decode() == TEXT


def test_latin_1_is_told_by_the_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes("中文\n".encode("gb18030") + b"caf\xe9")
    assert detected_encoding(path) == "latin-1"
    assert utf8_copy(path, "latin-1", tmp_path).read_text("utf-8").endswith("café")


@pytest.mark.parametrize(
    ("content", "stated", "says"),
    [
        pytest.param(b"a\nb,\xe4\xb8", None, "middle of a character (line 2)", id="cut off"),
        pytest.param(b"a,b\n1,\0\0\0", None, "NUL bytes from byte 6 (line 2)", id="NUL"),
        pytest.param(b"a\nb\xff,", "utf-8", "not in utf-8: byte 3 (line 2) is ff", id="stated"),
        pytest.param("a\n中".encode("gb18030")[:-1], "gbk", "byte 2 (line 2) is d6", id="torn gbk"),
    ],
)
def test_where_it_breaks(tmp_path: Path, content: bytes, stated: str | None, says: str) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable) as caught:
        detected_encoding(path, stated)
    assert says in caught.value.what


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_plain_text_has_one_kind_of_line_end(tmp_path: Path, name: str, end: str) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(f"a,中{end}{end}1,2{end}".encode(name))
    with plain_text(path, detected_encoding(path)) as file:
        assert file.read().decode() == "a,中\n\n1,2\n"
