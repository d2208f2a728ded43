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
    sizes: Mapping[str, frozenset[str]]
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
        sizes = {name: _pairs(name) for name in exact}
        pairs: dict[str, set[str]] = defaultdict(set)
        for name, counted in sizes.items():
            for pair in counted:
                pairs[pair].add(name)
        frozen = {pair: frozenset(found) for pair, found in pairs.items()}
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
        counted, words = _pairs(one.plain), frozenset(one.words)
        near = {name for pair in counted for name in self.pairs.get(pair, ())}
        for name in near:
            known = self.words[name]
            score = 0.9 * max(_dice(counted, self.sizes[name]), _shared(words, known))
            if (words ^ known) & _DIRECTIONS:
                score *= _TURNED
            if score < ENOUGH:
                continue
            for place, likeness in self.exact[name].items():
                weaker = Likeness(score * likeness.score, likeness.name, is_exact=False)
                if place not in found or found[place].score < weaker.score:
                    found[place] = weaker
        return found


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


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of common pairs of characters; a rare name is unlike a short one inside it."""
    return 2 * len(one & other) / (len(one) + len(other))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of common words among all words of both."""
    return len(one & other) / len(one | other) if one and other else 0.0
