"""The known value nearest to a wrong one, and the line of settings that puts it in its place."""

import difflib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from flows.settings.column import ColumnSettings

COMPARED: Final = 200_000
"""Known values that are compared letter by letter; the others only if they differ in looks."""
_CANDIDATES: Final = 30
_ALIKE: Final = 0.7
_BARE_KEY: Final = re.compile(r"^[A-Za-z0-9_-]+$")


class Nearest:
    """Finds the known value nearest to a wrong one: the same but for its looks, else alike.

    >>> near = Nearest(["海川重工", "启明能源", "K0012"])
    >>> near.to("海川重工有限"), near.to("ｋ0012"), near.to("12"), near.to("K12")
    ('海川重工', 'K0012', None, 'K0012')
    """

    def __init__(self, known: Sequence[str]) -> None:
        self._known = known[:COMPARED]
        self._same: dict[str, str] = {}
        for value in known:
            self._same.setdefault(_bare(value), value)
        self._zeros = {_without_zeros(bare): value for bare, value in self._same.items()}
        self._by_pair: dict[str, list[int]] = {}
        for position, value in enumerate(self._known):
            for pair in _pairs(value):
                self._by_pair.setdefault(pair, []).append(position)

    def to(self, value: str) -> str | None:
        """Find it; None where nothing is near."""
        bare = _bare(value)
        same = self._same.get(bare) or self._zeros.get(_without_zeros(bare))
        if same is not None:
            return same
        shared = Counter(
            position for pair in _pairs(value) for position in self._by_pair.get(pair, ())
        )
        candidates = [self._known[position] for position, _ in shared.most_common(_CANDIDATES)]
        return next(iter(difflib.get_close_matches(value, candidates, n=1, cutoff=_ALIKE)), None)


def repair_line(column: str, settings: ColumnSettings, value: str, right: str) -> str:
    """Write the setting of a column, as it is but that `value` becomes `right`.

    >>> repair_line("channel", ColumnSettings(source="渠道", aliases={"直": "直营"}), "网", "网店")
    'channel = { source = "渠道", aliases = { "直" = "直营", "网" = "网店" } }'
    """
    kept = settings.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    if settings.value is not None:
        kept["value"] = right
        return f"{column} = {_toml(kept)}"
    if settings.default is not None and str(settings.default) == value:
        kept["default"] = right
    aliases = {
        wrong: right if meant == value else meant for wrong, meant in settings.aliases.items()
    }
    kept["aliases"] = {**aliases, value: right}
    return f"{column} = {_toml(kept)}"


def _toml(value: Any) -> str:  # noqa: ANN401 - any value that settings hold
    """Write a value on one line of TOML."""
    if isinstance(value, dict):
        pairs = (
            f"{name if _BARE_KEY.match(name) else json.dumps(name, ensure_ascii=False)}"
            f" = {_toml(item)}"
            for name, item in value.items()
        )
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)


def _bare(value: str) -> str:
    text = unicodedata.normalize("NFKC", value).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def _without_zeros(bare: str) -> str:
    """Leave out the zeros in front of a number, also behind letters: K0012 is K12."""
    return re.sub(r"^([^\d]*)0+(?=\d)", r"\1", bare)


def _pairs(value: str) -> set[str]:
    text = f"^{unicodedata.normalize('NFKC', value).casefold()}$"
    return {text[start : start + 2] for start in range(len(text) - 1)}
