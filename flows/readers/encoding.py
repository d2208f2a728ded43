"""In which encoding a text file is written, and a copy of it in UTF-8, block by block."""

import codecs
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from flows.errors import FileUnreadable, SettingsError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TRIED: Final = ("utf-8", "gb18030", "latin-1")
_BLOCK: Final = 16 * 2**20
"""Bytes decoded at a time, so that the size of a file does not matter."""
_SAMPLE: Final = 4096
_Write = Callable[[str], object]
_STANDS: Final = "nothing of it was loaded; earlier loads stand"


def detected_encoding(path: Path, stated: str | None = None) -> str:
    """Find the encoding: as stated, else by its mark, else utf-8, gb18030, utf-16, latin-1.

    The whole file is looked at, in blocks. Raises FileUnreadable naming byte and line where the
    stated encoding does not hold, where a character is cut off at the end, or where there are
    NUL bytes; SettingsError where no encoding has the stated name.
    """
    return _decoded(path, stated, None)


def utf8_copy(path: Path, encoding: str, folder: Path) -> Path:
    """Write a file anew in UTF-8, without byte-order mark, into a folder; the line ends stay.

    Raises as `detected_encoding`. The caller removes the copy.
    """
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".csv", delete=False) as copy:
        _decoded(path, encoding, lambda text: copy.write(text.encode(errors="surrogatepass")))
    return Path(copy.name)


@contextmanager
def plain_text(path: Path, encoding: str) -> Iterator[IO[bytes]]:
    """Open a text file as UTF-8 with plain line feeds, at its first character.

    That is the file itself where it is so already, else a copy without a name, which is gone when
    it is closed, even after a crash. Raises as `detected_encoding`.
    """
    if _codec(path, encoding) == "utf-8" and not any(b"\r" in block for block in _blocks(path)):
        with path.open("rb") as file:
            mark = len(codecs.BOM_UTF8)
            file.seek(mark if file.read(mark) == codecs.BOM_UTF8 else 0)
            yield file
        return
    with tempfile.TemporaryFile() as copy:
        ends = io.IncrementalNewlineDecoder(None, translate=True)
        _decoded(path, encoding, lambda text: copy.write(ends.decode(text).encode()))
        copy.write(ends.decode("", final=True).encode())
        copy.seek(0)
        yield copy


@dataclass(frozen=True)
class _Break:
    """Where a file stops being in an encoding."""

    position: int
    found: bytes


def _decoded(path: Path, stated: str | None, write: _Write | None) -> str:
    """Decode a file in the first encoding that holds; a text is written where one is stated."""
    tried = (_codec(path, stated),) if stated else _likely(path)
    breaks: list[_Break] = []
    for name in tried:
        wrong = _decode(path, name, write)
        if wrong is None:
            return stated or name
        breaks.append(wrong)
    raise _not_in(path, stated or tried[-1], breaks[-1])


def _decode(path: Path, name: str, write: _Write | None) -> _Break | None:
    """Decode a file from end to end; returns where it breaks off being in that encoding."""
    decoder = codecs.getincrementaldecoder(name)()
    is_wide = name.startswith(("utf-16", "utf-32"))
    position, is_start = 0, True
    for block in _blocks(path):
        if not is_wide and (at := block.find(b"\0")) >= 0:
            raise _nul(path, position + at)
        waiting = decoder.getstate()[0]
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            at = position - len(waiting) + error.start
            found = (waiting + block)[error.start : error.start + 2]
            if name == "utf-8" and error.reason == "unexpected end of data":
                raise _cut_off(path, at) from error
            return _Break(at, found)
        position += len(block)
        if write is None:
            continue
        if is_start and text:
            text, is_start = text.removeprefix("\ufeff"), False
        write(text)
    return None


def _blocks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes in blocks, and an empty one at the end."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
    yield b""


def _codec(path: Path, stated: str) -> str:
    try:
        b"".decode(stated)  # knows which codecs are encodings of text
        name = codecs.lookup(stated).name
    except LookupError as error:
        message = f"no encoding is called {stated!r}"
        raise SettingsError(
            message, where=str(path), remedy="use utf-8, gb18030, utf-16 or latin-1"
        ) from error
    if name in {"gbk", "gb2312"}:
        return "gb18030"  # the same for every character they have, and more
    if name == "utf-8-sig":
        return "utf-8"
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if name == "utf-16" and not _start(path).startswith(marks):
        name = "utf-16-le"
    return name


def _likely(path: Path) -> tuple[str, ...]:
    """Name the encodings to try, the likeliest first."""
    sample = _start(path)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return (encoding,)
    wide = _looks_wide(sample)
    return (wide,) if wide else _TRIED


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE)


def _looks_wide(sample: bytes) -> str | None:
    """Tell UTF-16 without a mark by its zero bytes: nearly all on one side of each pair."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most = len(sample) // 8
    if odd > most and not even:
        return "utf-16-le"
    if even > most and not odd:
        return "utf-16-be"
    return None


def _line(path: Path, position: int) -> int:
    """Count the line that a byte stands in."""
    count, left = 1, position
    for block in _blocks(path):
        count += block[:left].count(b"\n")
        left -= len(block)
        if left <= 0:
            break
    return count


def _not_in(path: Path, encoding: str, wrong: _Break) -> FileUnreadable:
    message = (
        f"{path.name} is not in {encoding}: byte {wrong.position} "
        f"(line {_line(path, wrong.position)}) is {wrong.found.hex(' ')}"
    )
    better = next((name for name in ("utf-8", "gb18030") if _holds(path, name)), "")
    advice = (
        f'set encoding = "{better}"' if better else "leave encoding out, so that it is detected,"
    )
    remedy = f"{advice} under [read] in its source file, then `fupan check`"
    return FileUnreadable(message, where=str(path), state=_STANDS, remedy=remedy)


def _holds(path: Path, name: str) -> bool:
    try:
        return _decode(path, name, None) is None
    except FileUnreadable:  # NUL bytes, or cut off
        return False


def _cut_off(path: Path, position: int) -> FileUnreadable:
    message = (
        f"{path.name} ends in the middle of a character (line {_line(path, position)}): "
        "it was cut off"
    )
    remedy = "export or copy it again, then `fupan check`"
    return FileUnreadable(message, where=str(path), state=_STANDS, remedy=remedy)


def _nul(path: Path, position: int) -> FileUnreadable:
    line = _line(path, position)
    message = f"{path.name} holds NUL bytes from byte {position} (line {line}) on: it was cut off"
    remedy = "export or copy it again, then `fupan check`"
    return FileUnreadable(message, where=str(path), state=_STANDS, remedy=remedy)
