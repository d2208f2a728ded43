"""Whether a segment's sum strays further than chance lets the sums of its like stray.

A leaf of about one case says next to nothing by itself, a hundred of them together a great deal. So
what is tested is the sum of a segment: what it has against what it should have at the pace of the
rest, x² over the size of both sides, which is about χ² with one degree of freedom but for a factor.
That factor, the scatter, is taken from what did not move: from the leaves outside, and from the
members of the segment's own cut at their median pace. The larger one counts, as members of a cut
stray further than their leaves let expect where leaves go together (lines of one customer).
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.locate.leaves import Floats, Leaves, Whole, groups_of
from transforms.locate.search import Candidate

CHANCE: Final = 0.05
"""Probability, over all combinations looked at, from which on a contrast may be chance."""

MEDIAN_CHI: Final = 0.455
"""Median of χ² with one degree of freedom."""

_NOTHING: Final = 1e-9
_LEAST: Final = 1e-12

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Strays:
    """What groups of leaves have and should have.

    `blur`: how unsure the expected is for lack of reference; `floor`: what a group would have at
    the rate of all, so that a rate that a few cases put at 0 is not taken for certain. A group
    without a denominator `tells` nothing.
    """

    actual: Floats
    expected: Floats
    blur: Floats
    floor: Floats
    tells: Mask

    def chi(self, pace: Floats | float) -> Floats:
        """Square of the excess over a pace, over the size of the two sides."""
        should = pace * self.expected
        usual = np.maximum(np.abs(should), np.abs(pace * self.floor))
        size = (np.abs(self.actual) + usual) / 2 + self.blur * usual
        squares = (self.actual - should) ** 2
        return np.divide(squares, size, out=np.zeros(len(size)), where=size > 0)

    def pace(self, where: Mask) -> float:
        """What those groups have together, over what they should have."""
        expected = float(self.expected[where].sum())
        return float(self.actual[where].sum()) / expected if expected > _NOTHING else 1.0

    @property
    def usual_pace(self) -> float:
        """Median pace, which neither one nor two unusual groups can move."""
        known = self.tells & (self.expected > 0)
        if not known.any():
            return 1.0
        return float(np.median(self.actual[known] / self.expected[known]))


@dataclass(frozen=True)
class Sums:
    """Sides of leaves: numerator and denominator now and in the reference, which is scaled.

    `scale` is what the reference of a sum was multiplied by; of a ratio it is not looked at.
    """

    n1: Floats
    d1: Floats
    n0: Floats
    d0: Floats
    is_ratio: bool
    scale: float = 1.0

    def by(self, place: Whole, count: int) -> Strays:
        """Add leaves up to groups; `place` is the group of each leaf."""
        n1, d1, n0, d0 = (
            np.bincount(place, side, count).astype(np.float64)
            for side in (self.n1, self.d1, self.n0, self.d0)
        )
        if not self.is_ratio:
            same = np.full(count, self.scale, dtype=np.float64)
            return Strays(n1, n0, same, np.zeros(count), np.ones(count, dtype=np.bool_))
        known = float(self.d0.sum())
        overall = float(self.n0.sum()) / known if known else 0.0
        rate = np.divide(n0, d0, out=np.full(count, overall), where=d0 > 0)
        blur = np.divide(d1, d0, out=np.ones(count), where=d0 > 0)
        return Strays(n1, d1 * rate, blur, d1 * overall, d1 > 0)


def beyond_chance(leaves: Leaves, sums: Sums, candidate: Candidate) -> float:
    """χ² of a candidate's sum, less 2 ln N of its cut: what the best of N ordinary ones reaches."""
    inside = candidate.inside(leaves)
    split = sums.by(inside.astype(np.int64), 2)
    own = float(split.chi(split.pace(np.array([True, False])))[1])
    place, count = groups(leaves, candidate.dimensions)
    each = np.arange(len(sums.n1))
    finest = sums.by(each, len(each))
    scatter = max(
        _mean_scatter(finest, finest.tells & ~inside), median_scatter(sums.by(place, count))
    )
    return own / max(scatter, _LEAST) - 2 * math.log(count)


def groups(leaves: Leaves, dimensions: tuple[int, ...]) -> tuple[Whole, int]:
    """The combination of some dimensions that each leaf is of, and how many there are."""
    first, place = groups_of(leaves, dimensions)
    return place, len(first)


def most_unusual(sums: Sums, place: Whole, count: int) -> float:
    """The largest χ² of any group over the pace of all others."""
    found = sums.by(place, count)
    told = np.where(found.tells, found.expected, 0.0)
    had = np.where(found.tells, found.actual, 0.0)
    rest = told.sum() - told
    pace = np.divide(had.sum() - had, rest, out=np.ones(count), where=rest > _NOTHING)
    return float(np.where(found.tells, found.chi(pace), 0.0).max(initial=0.0))


def median_scatter(found: Strays) -> float:
    """How far ordinary members of a cut stray from their median pace."""
    if not found.tells.any():
        return 0.0
    return float(np.median(found.chi(found.usual_pace)[found.tells])) / MEDIAN_CHI


def _mean_scatter(found: Strays, where: Mask) -> float:
    """Mean χ² at the common pace: how far ordinary leaves stray."""
    count = int(where.sum())
    if not count:
        return 0.0
    return float(found.chi(found.pace(where))[where].sum()) / max(count - 1, 1)
