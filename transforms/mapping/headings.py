"""The name of an export's column, taken apart: what it says, its unit and its currency."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_NOTE: Final = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_APART: Final = re.compile(r"[\W_]+")
_WORDS: Final = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+")
_UNITS: Final = (
    (re.compile(r"亿"), "亿"),
    (re.compile(r"百万|\bmillions?\b|\bmio\b|\bmn\b|^m$"), "M"),
    (re.compile(r"万"), "万"),
    (re.compile(r"千元|^千$|\bthousands?\b|^k$|\bk(?:usd|eur|cny|rmb)\b|^'?000s?$"), "千"),
    (re.compile(r"%|百分|\bpercent\b"), "%"),
)
_BARE_UNIT: Final = re.compile(r"[-_ /]?(亿元|万元|千元|元)$")
_IN_UNITS: Final = re.compile(r"\bin (thousands|millions)\b")
_CURRENCIES: Final = (
    (re.compile(r"\bcny\b|\brmb\b|人民币"), "CNY"),
    (re.compile(r"\busd\b|us\$|美元"), "USD"),
    (re.compile(r"\beur\b|€|欧元"), "EUR"),
    (re.compile(r"\bgbp\b|£|英镑"), "GBP"),
    (re.compile(r"\bhkd\b|hk\$|港[币元]"), "HKD"),
    (re.compile(r"\bjpy\b|日元"), "JPY"),
)
_NOISE: Final = frozenset(
    ["property", "properties", "hs", "fields", "field", "custom", "x", "studio", "fivetran", "c"]
)
"""Words that systems put before or behind a name; they say nothing about the column."""


@dataclass(frozen=True)
class Heading:
    """One column name, taken apart."""

    text: str
    compact: str
    """Letters and digits only, lower case: equal where two names differ in spelling alone."""
    words: tuple[str, ...]
    """Its words without the noise of systems; a run of Chinese is one word."""
    unit: str
    """Unit of the cells as the heading states it: 1, %, 千, 万, 亿 or M."""
    currency: str | None
    is_required: bool
    """Marked with * or the like, as import templates mark what must be filled."""

    @property
    def plain(self) -> str:
        """The name without the noise of systems, compact."""
        return "".join(self.words)


@lru_cache(maxsize=20_000)
def heading(text: str) -> Heading:
    """Take a column name apart.

    >>> heading("*预计成交金额（万元）").compact, heading("*预计成交金额（万元）").unit
    ('预计成交金额', '万')
    >>> heading("property_hs_closeDate").words
    ('close', 'date')
    """
    tidy = unicodedata.normalize("NFKC", text).strip()
    notes = " ".join(_NOTE.findall(tidy)).lower()
    body = _NOTE.sub(" ", tidy).strip(" *:：＊")
    if not body:
        body, notes = notes, ""
    if bare := _BARE_UNIT.search(body):
        notes = f"{notes} {bare[1]}"
        body = body[: bare.start()] or body
    if body.endswith("%"):
        notes = f"{notes} %"
    if stated := _IN_UNITS.search(body.lower()):
        notes = f"{notes} {stated[1]}"
    spaced = _APART.sub(" ", _CAMEL.sub(" ", body)).lower().strip()
    found = tuple(word for part in spaced.split() for word in _WORDS.findall(part))
    words = tuple(word for word in found if word not in _NOISE) or found
    unit = next((unit for pattern, unit in _UNITS if pattern.search(notes)), "1")
    currency = next((code for pattern, code in _CURRENCIES if pattern.search(notes)), None)
    return Heading(
        text=text,
        compact="".join(found),
        words=words,
        unit=unit,
        currency=currency,
        is_required="*" in tidy,
    )
