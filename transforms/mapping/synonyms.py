"""Which column of which entity a heading may stand for, by its name alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from transforms.mapping.headings import Heading, heading

ENOUGH: Final = 0.5
"""Names less alike than this are not alike."""
_DIRECTIONS: Final = frozenset(["from", "to", "by", "until"])
"""Words that turn the meaning round: `Opportunity From` is no opportunity."""
_TURNED: Final = 0.7
"""What a likeness is worth where one of the two names has such a word and the other has not."""
_EARLIER: Final = 0.002
"""What each place further down the list of synonyms costs: the likeliest stands first."""


class Place(NamedTuple):
    """A column of an entity."""

    entity: str
    column: str


@dataclass(frozen=True)
class Likeness:
    """How much a heading is like the name of a column, and which of its names it is like."""

    score: float
    name: str
    is_exact: bool


@dataclass(frozen=True)
class Synonyms:
    """The names of all columns, made ready for looking up."""

    exact: Mapping[str, Mapping[Place, Likeness]]
    pairs: Mapping[str, frozenset[str]]
    """Pair of neighbouring characters → the compact names that have it."""
    sizes: Mapping[str, int]
    """Compact name → how many pairs it has."""
    words: Mapping[str, frozenset[str]]
    _seen: dict[str, dict[Place, Likeness]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, names: Mapping[Place, Iterable[str]]) -> "Synonyms":
        """Make the names of each column ready; the column's own name is one of them."""
        exact: dict[str, dict[Place, Likeness]] = defaultdict(dict)
        words: dict[str, frozenset[str]] = {}
        for place, listed in names.items():
            for position, name in enumerate(dict.fromkeys([*listed, place.column])):
                known = heading(name)
                words[known.compact] = frozenset(known.words)
                likeness = Likeness(1 - min(position, 50) * _EARLIER, name, is_exact=True)
                exact[known.compact].setdefault(place, likeness)
        cut = {name: _pairs(name) for name in exact}
        pairs: dict[str, set[str]] = defaultdict(set)
        for name, parts in cut.items():
            for part in parts:
                pairs[part].add(name)
        frozen = {pair: frozenset(found) for pair, found in pairs.items()}
        sizes = {name: len(parts) for name, parts in cut.items()}
        return cls(dict(exact), frozen, sizes, words)

    def alike(self, one: Heading) -> dict[Place, Likeness]:
        """Find every column that a heading may stand for, with how much it is like its name."""
        if one.text not in self._seen:
            self._seen[one.text] = self._alike(one)
        return self._seen[one.text]

    def _alike(self, one: Heading) -> dict[Place, Likeness]:
        found = dict(self.exact.get(one.compact, {}))
        for place, likeness in self.exact.get(one.plain, {}).items():
            close = Likeness(likeness.score - 0.02, likeness.name, is_exact=True)
            found.setdefault(place, close)
        own, words = _pairs(one.plain), frozenset(one.words)
        common: Counter[str] = Counter()
        for pair in own:
            common.update(self.pairs.get(pair, ()))
        for name, count in common.items():
            known = self.words[name]
            score = 1.8 * count / (len(own) + self.sizes[name])  # Dice's coefficient
            if not words.isdisjoint(known):
                score = max(score, 0.9 * len(words & known) / len(words | known))
            if (words ^ known) & _DIRECTIONS:
                score *= _TURNED
            if score < ENOUGH:
                continue
            for place, likeness in self.exact[name].items():
                weaker = Likeness(score * likeness.score, likeness.name, is_exact=False)
                known_so_far = found.get(place)
                if known_so_far is None or _rank(known_so_far) < _rank(weaker):
                    found[place] = weaker
        return found


def _rank(likeness: Likeness) -> tuple[float, str]:
    return likeness.score, likeness.name


def _pairs(text: str) -> frozenset[str]:
    """Cut a text into pairs of neighbouring characters, those that come again numbered."""
    padded = f" {text} "
    times: Counter[str] = Counter()
    found = set()
    for at in range(len(padded) - 1):
        pair = padded[at : at + 2]
        times[pair] += 1
        found.add(f"{pair}{times[pair]}")
    return frozenset(found)
