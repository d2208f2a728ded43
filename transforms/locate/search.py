"""Search: the few combinations of attribute values that set the strayed leaves apart.

A candidate is one to three members of one cut (attribute values of the same one to three
dimensions). Its score is √(share × order) - COST × (attribute values it names), where `share` is
the part of the change that goes away with its excess (Adtributor's explanatory power), and `order`
the part of the variation of shifts that one rate inside and one outside account for (R² of two
groups, which Squeeze's and RiskLoc's deviation scores stand for).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.locate.leaves import Floats, Leaves, Whole, groups_of

COST: Final = 0.08
"""Score that naming one more attribute value has to be worth."""

EVENNESS: Final = 2.0
"""How often true variance counts in a leaf's weight; its estimate is low where much moves."""

MOST_TOGETHER: Final = 3
"""Dimensions of a combination, and combinations of a candidate."""

MOST_SHARE: Final = 2.0
"""Of the change: without a combination that makes more, as large a change the other way is left."""

_KEPT: Final = 6
"""Single combinations of a cut that are kept as candidates."""
_DIGITS: Final = 9
"""Scores that differ by less are the same: the order of a sum must not decide."""


@dataclass(frozen=True)
class Candidate:
    """Combinations of one cut: `members` has one row per combination, one column per dimension."""

    score: float
    order: float
    share: float
    dimensions: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]

    def inside(self, leaves: Leaves) -> npt.NDArray[np.bool_]:
        """Which leaves it covers."""
        codes = leaves.codes[list(self.dimensions)]
        covered = np.zeros(codes.shape[1], dtype=np.bool_)
        for row in self.members:
            covered |= np.logical_and.reduce(codes == np.array(row)[:, np.newaxis])
        return covered


@dataclass(frozen=True)
class Weighed:
    """What candidates are scored by: per leaf its weight, weighted shift, and share of the change.

    Shifts are turned into the direction of the change and taken from their mean.
    """

    weight: Floats
    shift: Floats
    share: Floats
    spread: float

    @classmethod
    def of(cls, leaves: Leaves) -> "Weighed":
        """Weigh leaves as in a random-effects model (DerSimonian and Laird, 1986).

        Leaves differ by more than chance; what they truly differ by is estimated and added to the
        variance of each, so that a few large leaves do not decide alone.
        """
        tells = np.isfinite(leaves.variance)
        variance = np.where(tells, leaves.variance, 1.0)
        weight = np.where(tells, 1 / variance, 0.0)
        weight = np.where(
            tells, 1 / (variance + EVENNESS * true_variance(leaves.shift, weight)), 0.0
        )
        change = float(leaves.excess.sum())
        shift = leaves.shift - mean(leaves.shift, weight)
        pulled = weight * shift * (1 if change >= 0 else -1)
        share = leaves.excess / change if change else np.zeros(len(shift))
        return cls(weight, pulled, share, float((weight * shift**2).sum()))


def candidates(
    leaves: Leaves, most: int = MOST_TOGETHER, together: int = MOST_TOGETHER
) -> tuple[list[Candidate], int]:
    """Give the best candidates, best first, and how many combinations were looked at.

    `most`: dimensions of a combination. `together`: combinations of a candidate.
    """
    weighed = Weighed.of(leaves)
    found: list[Candidate] = []
    count = 0
    if weighed.spread > 0 and leaves.excess.sum():
        for dimensions, first, place in cuts_of(leaves, most):
            count += len(first)
            found += _of_cut(leaves, weighed, (dimensions, first, place), together)
    found.sort(key=lambda each: (-each.score, each.dimensions, each.members))
    return found, count


def _of_cut(
    leaves: Leaves, weighed: Weighed, cut: tuple[tuple[int, ...], Whole, Whole], together: int
) -> Iterator[Candidate]:
    """Take the best combinations of one cut, then add to the best as long as any is left."""
    dimensions, first, place = cut
    weight, shift, share = (
        np.bincount(place, values) for values in (weighed.weight, weighed.shift, weighed.share)
    )
    whole = float(weighed.weight.sum())
    chosen: list[int] = []
    added = np.zeros(3)
    for number in range(1, together + 1):
        inside, pull, part = weight + added[0], shift + added[1], share + added[2]
        rest = whole - inside
        both = (inside > 0) & (rest > whole * 1e-9) & (pull > 0) & (part <= MOST_SHARE)
        order = np.zeros(len(first))
        np.divide(pull**2 * whole, inside * rest * weighed.spread, out=order, where=both)
        order = np.minimum(order, 1)
        cost = COST * number * len(dimensions)
        score = np.round(np.sqrt(order * np.clip(part, 0, 1)) - cost, _DIGITS)
        score[~both] = -np.inf
        score[chosen] = -np.inf
        ranked = np.argsort(-score, kind="stable")[: _KEPT if number == 1 else 1]
        for each in ranked:
            if np.isfinite(score[each]):
                codes = leaves.codes[list(dimensions)][:, first[[*chosen, each]]].T
                yield Candidate(
                    float(score[each]),
                    float(order[each]),
                    float(part[each]),
                    dimensions,
                    tuple(sorted(tuple(map(int, row)) for row in codes)),
                )
        best = int(ranked[0])
        if not np.isfinite(score[best]) or number >= len(first):
            return
        chosen.append(best)
        added += (weight[best], shift[best], share[best])


def cuts_of(
    leaves: Leaves, most: int = MOST_TOGETHER
) -> Iterator[tuple[tuple[int, ...], Whole, Whole]]:
    """Yield every way to cut: dimensions, a leaf of each combination, each leaf's combination.

    A cut has at most as many dimensions as said; one that only repeats a coarser one is left out.
    """
    sizes: dict[tuple[int, ...], int] = {(): 1}
    for count in range(1, most + 1):
        for dimensions in combinations(range(len(leaves.dimensions)), count):
            first, place = groups_of(leaves, dimensions)
            sizes[dimensions] = len(first)
            if all(sizes[part] < len(first) for part in combinations(dimensions, count - 1)):
                yield dimensions, first, place


def mean(values: Floats, weight: Floats) -> float:
    """Give the weighted mean; 0 of nothing."""
    whole = float(weight.sum())
    return float((weight * values).sum()) / whole if whole else 0.0


def true_variance(shift: Floats, weight: Floats) -> float:
    """Estimate by how much shifts differ beyond chance (DerSimonian and Laird, 1986).

    `weight` is one over the variance of chance.
    """
    whole = float(weight.sum())
    if not whole:
        return 0.0
    strayed = float((weight * (shift - mean(shift, weight)) ** 2).sum())
    scale = whole - float((weight**2).sum()) / whole
    return max(0.0, (strayed - (int((weight > 0).sum()) - 1)) / scale) if scale > 0 else 0.0
