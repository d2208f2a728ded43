"""The lines of a text file, counted without being read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BLOCK: Final = 4 * 2**20
_ASCII_BLANKS: Final = " \t\v\f\x1c\x1d\x1e\x1f"
_WIDE_BLANKS: Final = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
BLANKS: Final = f"{_ASCII_BLANKS}\r\n{_WIDE_BLANKS}"
"""Characters that reading a cell may take off its ends, and more."""


@dataclass(frozen=True)
class Lines:
    """What the bytes of a UTF-8 file tell about its lines."""

    count: int
    """Lines, the last one counted also where its line end is missing."""
    is_plain: bool
    """Neither NUL bytes nor carriage returns that stand alone."""
    has_underscore: bool
    blanks: tuple[str, ...]
    """Characters of BLANKS, apart from line ends, that are there at all."""


def scan_lines(path: Path, above: int = 0) -> Lines:
    """Look through a file, a block at a time; of the lines `above` only the number counts."""
    returns = pairs = 0
    has_nul = False
    seen: set[str] = set()
    last = b""
    with path.open("rb") as file:
        feeds = sum(file.readline().endswith(b"\n") for _ in range(above))
        while block := file.read(_BLOCK):
            feeds += block.count(b"\n")
            if b"\r" in block or last == b"\r":
                returns += block.count(b"\r")
                pairs += block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))
            has_nul = has_nul or b"\0" in block
            seen |= _found(block, f"_{_ASCII_BLANKS}", seen)
            if not block.isascii():  # three bytes may stand across two blocks
                seen |= _found(last + block + file.peek(2)[:2], _WIDE_BLANKS, seen)
            last = block[-1:]
    is_open = bool(last) and last != b"\n"
    return Lines(
        count=feeds + is_open,
        is_plain=not has_nul and returns == pairs,
        has_underscore="_" in seen,
        blanks=tuple(sorted(seen - {"_"})),
    )


def _found(block: bytes, characters: str, seen: set[str]) -> set[str]:
    return {mark for mark in characters if mark not in seen and mark.encode() in block}
