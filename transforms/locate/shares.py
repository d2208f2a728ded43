"""Which combination's share (won of closed) moved otherwise than the rest's, told from few cases.

A finest leaf of a share often holds one case or none, and its own rate then says nothing. A whole
combination holds dozens. So counts are added up first: inside and outside, now and in the
reference, had and not had. The likelihood ratio G² of that table (Wilks 1938) is what stays
unexplained if both sides moved at one pace, the common relative risk of Mantel and Haenszel
(1959). Its chance is multiplied by how many combinations the cut has, how many cuts have as many
dimensions, and how many such numbers there are (Bonferroni: every number of dimensions, and every
cut of as many, has the same part of the error). So a longer name has to be worth its words, and a
thousand customers do not hide three regions; nothing in it is tuned. Where leaves outside differ
by more than counting, G² is divided by how much more (quasi-likelihood, McCullagh and Nelder
1989).
"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from transforms.locate.chance import CHANCE, Mask, Sums
from transforms.locate.leaves import Floats, Leaves
from transforms.locate.search import cuts_of

_LEFT_OUT: Final = 1 / 4
"""Part of a combination's change that a narrower name may leave out: less than is named at all."""
_SURE: Final = 1e-12
"""Rates are kept this far from 0 and 1, where a logarithm has no value."""


@dataclass(frozen=True)
class Shift:
    """A combination, and the probability that chance makes any as unusual as it."""

    dimensions: tuple[int, ...]
    member: tuple[int, ...]
    chance: float


@dataclass(frozen=True)
class Counts:
    """Had of all, now and in the reference, of one side of a table: each an array of tables."""

    n1: Floats
    d1: Floats
    n0: Floats
    d0: Floats

    @property
    def tells(self) -> Mask:
        """Whether there are cases on both sides."""
        return (self.d1 > 0) & (self.d0 > 0)

    def rate(self, pace: Floats | float) -> Floats:
        """The most likely rate of the reference, had it moved at a pace."""
        whole = self.d1 * pace + self.d0
        rate = np.divide(self.n1 + self.n0, whole, out=np.zeros(len(whole)), where=whole > 0)
        return np.minimum(rate, 1 / np.maximum(pace, 1.0))

    def unexplained(self, pace: Floats) -> Floats:
        """Twice the log likelihood that is lost if the side moved at a pace."""
        rate = self.rate(pace)
        own = _likelihood(self.n1, self.d1, _ratio(self.n1, self.d1))
        own = own + _likelihood(self.n0, self.d0, _ratio(self.n0, self.d0))
        held = _likelihood(self.n1, self.d1, rate * pace) + _likelihood(self.n0, self.d0, rate)
        return np.maximum(2 * (own - held), 0.0)


def shifts(leaves: Leaves, sums: Sums, most: int, direction: int) -> list[Shift]:
    """Give the most unusual combination of every cut, least likely by chance first.

    `sums`: counts of leaves, each numerator part of its denominator. `most`: dimensions of a
    combination. `direction`: 1 for shares that rose beyond the rest's, -1 for those that fell.
    """
    ways = list(cuts_of(leaves, most))
    cuts = Counter(len(dimensions) for dimensions, _, _ in ways)
    found = []
    for dimensions, first, place in ways:
        inside = Counts(*(np.bincount(place, side).astype(np.float64) for side in _sides(sums)))
        score = _beyond_rest(inside, sums, direction)
        best = int(score.argmax())
        outside = place != best
        chance = _tail(float(score[best]) / _scatter(sums, outside))
        member = tuple(int(code) for code in leaves.codes[list(dimensions), first[best]])
        tried = len(first) * cuts[len(dimensions)] * len(cuts)
        found.append(Shift(dimensions, member, min(1.0, chance * tried)))
    return sorted(found, key=lambda each: (each.chance, each.dimensions, each.member))


def widened(leaves: Leaves, sums: Sums, shift: Shift, direction: int) -> tuple[int, ...]:
    """Give the dimensions of a combination that its shift needs, at least one of them.

    A name is narrowed by a dimension only where what that leaves out stayed with the rest. Where
    it moved in the same direction, beyond chance at `CHANCE` (one test that was not searched for),
    and by more than a quarter of what the wider combination did, that one moved as a whole: so few
    cases as a combination holds, one part of it is always ahead of the others.
    """
    kept = dict(zip(shift.dimensions, shift.member, strict=True))
    while len(kept) > 1:
        without = {name: _left_out(leaves, sums, kept, name, direction) for name in kept}
        widest = min(without, key=lambda name: (without[name], name))
        if without[widest] > CHANCE:
            break
        del kept[widest]
    return tuple(kept)


def _left_out(leaves: Leaves, sums: Sums, kept: dict[int, int], name: int, direction: int) -> float:
    """Probability by chance of how far that moved which only one dimension leaves out."""
    wider = np.ones(leaves.codes.shape[1], dtype=np.bool_)
    for each, code in kept.items():
        if each != name:
            wider &= leaves.codes[each] == code
    inside = wider & (leaves.codes[name] != kept[name])
    looked = inside | ~wider
    n1, d1, n0, d0 = (side[looked] for side in _sides(sums))
    both = Sums(n1, d1, n0, d0, sums.is_ratio, sums.scale)
    counts = Counts(*(np.array([float(side[inside].sum())]) for side in _sides(sums)))
    score = float(_beyond_rest(counts, both, direction)[0])
    whole = _moved(sums, wider, ~wider)
    if not score or not whole or _moved(sums, inside, ~wider) / whole <= _LEFT_OUT:
        return 1.0
    return _tail(score / _scatter(sums, ~wider))


def _moved(sums: Sums, inside: Mask, outside: Mask) -> float:
    """Cases that leaves have beyond what the reference gives them at the pace of others."""
    n1, d1, n0, d0 = (float(side[inside].sum()) for side in _sides(sums))
    other = [float(side[outside].sum()) for side in _sides(sums)]
    if not d0 or not all(other):
        return 0.0
    return n1 - d1 * n0 / d0 * (other[0] / other[1]) / (other[2] / other[3])


def _sides(sums: Sums) -> tuple[Floats, Floats, Floats, Floats]:
    return sums.n1, sums.d1, sums.n0, sums.d0


def _beyond_rest(inside: Counts, sums: Sums, direction: int) -> Floats:
    """G² of every combination that moved in the direction more than the rest; else 0."""
    n1, d1, n0, d0 = (float(side.sum()) for side in _sides(sums))
    outside = Counts(n1 - inside.n1, d1 - inside.d1, n0 - inside.n0, d0 - inside.d0)
    pace = _common_pace(inside, outside)
    score = inside.unexplained(pace) + outside.unexplained(pace)
    ahead = _ratio(inside.n1, inside.d1) * _ratio(outside.n0, outside.d0)
    behind = _ratio(inside.n0, inside.d0) * _ratio(outside.n1, outside.d1)
    counts = inside.tells & outside.tells & ((ahead - behind) * direction > 0)
    return np.where(counts, score, 0.0)


def _common_pace(first: Counts, second: Counts) -> Floats:
    """Relative risk of now against the reference, common to both sides (Mantel and Haenszel)."""
    above = below = np.zeros(len(first.n1))
    for side in (first, second):
        whole = side.d1 + side.d0
        above = above + _ratio(side.n1 * side.d0, whole)
        below = below + _ratio(side.n0 * side.d1, whole)
    return np.divide(above, below, out=np.ones(len(below)), where=below > 0)


def _scatter(sums: Sums, outside: Mask) -> float:
    """How much further leaves outside stray from their common pace than counting lets them.

    Pearson's χ² over its degrees of freedom; 1 at least, as a leaf of one case hardly strays.
    """
    leaf = Counts(*(side[outside] for side in _sides(sums)))
    whole = [float(side.sum()) for side in (leaf.n1, leaf.d1, leaf.n0, leaf.d0)]
    count = int(leaf.tells.sum())
    if count < 2 or not all(whole):  # noqa: PLR2004 (one leaf has nothing to stray from)
        return 1.0
    pace = whole[0] / whole[1] * whole[3] / whole[2]
    rate = leaf.rate(pace)
    chi = np.zeros(len(rate))
    for had, of, due in ((leaf.n1, leaf.d1, rate * pace), (leaf.n0, leaf.d0, rate)):
        chi += _ratio((had - of * due) ** 2, of * due * (1 - due))
    return max(1.0, float(chi[leaf.tells].sum()) / (count - 1))


def _likelihood(had: Floats, of: Floats, rate: Floats) -> Floats:
    sure = np.clip(rate, _SURE, 1 - _SURE)
    found: Floats = had * np.log(sure) + (of - had) * np.log(1 - sure)
    return found


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(len(below)), where=below > 0)


def _tail(score: float) -> float:
    """Probability of a χ² as large in the one direction looked for."""
    return math.erfc(math.sqrt(score / 2)) / 2
