"""Spaces between Chinese and Latin text: one where the two meet, none within Chinese."""

import re
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Final

from markupsafe import Markup

from flows.render.formatting import NO_BREAK

_HAN: Final = "[\u3400-\u9fff]"
_LATIN: Final = "[A-Za-z0-9%]"
_TAGS_BEFORE: Final = re.compile(r"^(?:<[^>]*>)+")
_TAGS_AFTER: Final = re.compile(r"(?:<[^>]*>)+$")
_MEET: Final = re.compile(f"{_HAN}\\|{_LATIN}|{_LATIN}\\|{_HAN}")
_APART: Final = re.compile(f"{_HAN}[ {NO_BREAK}]+\\|{_HAN}|{_HAN}\\|[ {NO_BREAK}]+{_HAN}")


def pieces(pattern: str, filled: Mapping[str, Markup]) -> list[Markup]:
    """Take a pattern apart into its own words and what fills it, in order.

    Raises KeyError where the pattern names what is not given.

    >>> [str(piece) for piece in pieces("由 {then} 变为", {"then": Markup("8 分")})]
    ['由 ', '8 分', ' 变为']
    """
    found: list[Markup] = []
    for words, name, _, _ in Formatter().parse(pattern):
        found.append(Markup(words))  # noqa: S704 (a text of the locale)
        if name is not None:
            found.append(filled[name])
    return found


def spaced(parts: Iterable[Markup]) -> Markup:
    """Join the pieces of a Chinese sentence; only where two of them meet are spaces changed.

    What a piece holds, such as the name of a customer, stays as it is. Markup counts for nothing.

    >>> str(spaced([Markup("由 "), Markup("<b>8 分</b>"), Markup(" 变为")]))
    '由 <b>8 分</b>变为'
    >>> str(spaced([Markup("K003014"), Markup("一处占 "), Markup("31.5%")])).split(NO_BREAK)
    ['K003014', '一处占 31.5%']
    """
    said = ""
    for piece in parts:
        text = str(piece)
        if not text:
            continue
        left, right = _TAGS_AFTER.sub("", said)[-3:], _TAGS_BEFORE.sub("", text)[:3]
        if _MEET.search(f"{left[-1:]}|{right[:1]}"):
            said += NO_BREAK
        elif _APART.search(f"{left}|{right}"):
            said, text = said.rstrip(f" {NO_BREAK}"), text.lstrip(f" {NO_BREAK}")
        said += text
    return Markup(said)  # noqa: S704 (made of Markup)
