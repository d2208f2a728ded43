"""Labels under the columns of a chart: broken into lines, staggered where columns are narrow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SIZE: Final = 7.0
"""Font size of labels."""
LEADING: Final = 8.0
GAP: Final = 4.0
"""Least space between two labels beside each other."""

_WIDE: Final = "\u2e80"
"""From here on a character is as wide as high (Chinese, full-width punctuation)."""
_NARROW: Final = 0.57
"""Mean width of a Latin character, in heights."""
_MOST_LINES: Final = 3


@dataclass(frozen=True)
class Labels:
    """For each column its lines, each with the y under the axis; and the height of all."""

    lines: tuple[tuple[tuple[float, str], ...], ...]
    height: float


def width_of(words: str) -> float:
    """About how wide words are at the size of labels.

    >>> width_of("成交率")
    21.0
    """
    return round(sum(SIZE if letter >= _WIDE else SIZE * _NARROW for letter in words), 1)


def labels(words: Sequence[str], pitch: float) -> Labels:
    """Place labels under columns that are `pitch` apart.

    Each keeps to its column in up to three lines. Where one does not fit so, every second label
    stands below the others, and has the room of two columns.

    >>> labels(["新增商机", "退货与取消"], 24).lines[1]
    ((9.0, '退货'), (17.0, '与取'), (25.0, '消'))
    """
    own = [broken(each, pitch - GAP) for each in words]
    if all(_fits(lines, pitch - GAP) for lines in own):
        deepest = max((len(lines) for lines in own), default=1)
        return Labels(tuple(_under(lines, 0.0) for lines in own), _depth(deepest))
    room = 2 * pitch - GAP
    wide = [broken(each, room) for each in words]
    first = max((len(lines) for lines in wide[::2]), default=0)
    second = max((len(lines) for lines in wide[1::2]), default=0)
    placed = (
        _under(lines, LEADING * first if place % 2 else 0.0) for place, lines in enumerate(wide)
    )
    return Labels(tuple(placed), _depth(first + second))


def broken(words: str, room: float) -> tuple[str, ...]:
    """Break words into lines: between words, in Chinese between any two characters.

    A word wider than the room has a line to itself. Lines of Chinese are about equally long.

    >>> broken("Orders per customer", 45)
    ('Orders per', 'customer')
    >>> broken("老客户价格", 30)
    ('老客户', '价格')
    """
    parts = words.split(" ")
    if len(parts) == 1 and words and words[0] >= _WIDE:
        most = max(1, int(room / SIZE))
        size = -(-len(words) // -(-len(words) // most))
        return tuple(words[at : at + size] for at in range(0, len(words), size))
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]} {part}".strip()
        if lines[-1] and width_of(longer) > room:
            lines.append(part)
        else:
            lines[-1] = longer
    return tuple(lines)


def _fits(lines: tuple[str, ...], room: float) -> bool:
    return len(lines) <= _MOST_LINES and all(width_of(line) <= room for line in lines)


def _under(lines: tuple[str, ...], offset: float) -> tuple[tuple[float, str], ...]:
    return tuple((9.0 + offset + LEADING * place, line) for place, line in enumerate(lines))


def _depth(lines: int) -> float:
    return 6.0 + LEADING * lines
