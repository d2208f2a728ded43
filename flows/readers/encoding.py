"""In which encoding a text file is written."""

import codecs
from pathlib import Path
from typing import Final

from flows.errors import FileUnreadable, SettingsError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDEST: Final = 4
"""Most bytes that one character takes in any of the encodings tried."""


def decode(content: bytes, stated: str | None, path: Path) -> tuple[str, str]:
    """Decode a file: as stated, else by its mark, else utf-8, gb18030, utf-16, latin-1.

    Returns the text and the encoding. Raises FileUnreadable naming byte and line where the
    stated encoding does not hold, where a character is cut off at the end, or where there are
    NUL bytes; SettingsError where no encoding has the stated name.
    """
    if stated:
        return _stated(content, stated, path), stated
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding, path, len(mark)), encoding
    if (wide := _looks_wide(content)) is not None:
        return _strict(content, wide, path, 0), wide
    _refuse_nul(content, path)
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError as error:
            if encoding == "utf-8" and _is_cut_off(content, error):
                raise _cut_off(content, error, path) from error
    return content.decode("latin-1"), "latin-1"


def _stated(content: bytes, stated: str, path: Path) -> str:
    try:
        name = codecs.lookup(stated).name
    except LookupError as error:
        message = f"no encoding is called {stated!r}"
        raise SettingsError(
            message, where=str(path), remedy="use utf-8, gb18030, utf-16 or latin-1"
        ) from error
    if name in {"gbk", "gb2312"}:
        name = "gb18030"  # the same for every character they have, and more
    if name == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16-le"
    if not name.startswith(("utf-16", "utf-32")):
        _refuse_nul(content, path)
    return _strict(content, name, path, 0).removeprefix("\ufeff")


def _strict(content: bytes, encoding: str, path: Path, offset: int) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and _is_cut_off(content, error):
            raise _cut_off(content, error, path) from error
        line = content[: error.start].count(b"\n") + 1
        message = (
            f"{path.name} is not in {encoding}: byte {error.start + offset} (line {line}) "
            f"is {content[error.start : error.start + 2].hex(' ')}"
        )
        raise FileUnreadable(
            message,
            where=str(path),
            state="nothing of it was loaded; earlier loads stand",
            remedy=f"{_better(content)} under [read] in its source file, then `fupan check`",
        ) from error


def _better(content: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return f'set encoding = "{encoding}"'
    return "leave encoding out, so that it is detected,"


def _looks_wide(content: bytes) -> str | None:
    """Tell UTF-16 without a mark by its zero bytes: nearly all on one side of each pair."""
    sample = content[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most = len(sample) // 8
    if odd > most and not even:
        return "utf-16-le"
    if even > most and not odd:
        return "utf-16-be"
    return None


def _refuse_nul(content: bytes, path: Path) -> None:
    at = content.find(b"\0")
    if at < 0:
        return
    line = content[:at].count(b"\n") + 1
    message = f"{path.name} holds NUL bytes from byte {at} (line {line}) on: it was cut off"
    raise FileUnreadable(
        message,
        where=str(path),
        state="nothing of it was loaded; earlier loads stand",
        remedy="export or copy it again, then `fupan check`",
    )


def _is_cut_off(content: bytes, error: UnicodeDecodeError) -> bool:
    return error.reason == "unexpected end of data" and error.start > len(content) - _WIDEST


def _cut_off(content: bytes, error: UnicodeDecodeError, path: Path) -> FileUnreadable:
    line = content[: error.start].count(b"\n") + 1
    message = f"{path.name} ends in the middle of a character (line {line}): it was cut off"
    return FileUnreadable(
        message,
        where=str(path),
        state="nothing of it was loaded; earlier loads stand",
        remedy="export or copy it again, then `fupan check`",
    )
