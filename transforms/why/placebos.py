"""What an effect is without any reason: placebos, and the limit that they set."""

from collections.abc import Sequence
from math import ceil
from typing import Final

import numpy as np

from transforms.why.differences import Mask
from transforms.why.panels import Matrix

LEVEL: Final = 0.05
"""Cases without a reason in which any series at all would be shown."""

FEWEST_PLACEBOS: Final = 9
"""Stretches that do not overlap, times places: with fewer nothing is said. With less than 19 the
95th of 100 is not known, and the largest of all, overlapping ones included, takes its place."""

LEAST_SPREAD: Final = 0.1
"""Of a series that is steadier than counting would have it, in counting errors."""


def placebos(is_like: Mask, count: int, weeks: int) -> Mask:
    """Units × stretches in which nothing is being explained.

    Like segments now, and they and the place itself in stretches that end before the case's
    begins; a single like segment has nothing to be held against.
    """
    found = np.zeros((len(is_like), count), dtype=bool)
    found[0, weeks:] = True
    if is_like.sum() > 1:
        found[is_like, 0] = True
        found[is_like, weeks:] = True
    return found


def apart_of(placebo: Mask, weeks: int) -> Mask:
    """Placebos whose stretches do not overlap."""
    found = np.zeros_like(placebo)
    found[:, ::weeks] = placebo[:, ::weeks]
    return found


def studentised(score: Matrix, apart: Mask) -> Matrix:
    """Size of each score in the spread of the placebos apart, the case and itself.

    That the case counts in the spread of every placebo makes it one of them, were there nothing to
    it; a stretch that overlaps others stands in for the case.
    """
    square = np.square(score)
    calm = square[apart & np.isfinite(score)]
    alone = calm.sum() + square
    spread = np.where(apart, calm.sum() + square[0, 0], alone) / (calm.size + 1)
    found: Matrix = np.sqrt(square / np.maximum(spread, LEAST_SPREAD**2))
    return found


def root_mean_square(values: Matrix) -> float:
    """Spread around 0."""
    return float(np.sqrt(np.mean(np.square(values))))


def limit_of(scores: Sequence[Matrix], placebo: Mask, apart: Mask, groups: int) -> float | None:
    """What the largest score of 95 of 100 placebos stays below; None where there are too few.

    Were the case a placebo like the others, it would be as likely as each of n others to have the
    largest score: so the limit is the order statistic that leaves 5 % of n + 1 above it. That the
    case counts in the spread by which scores are divided keeps it alike to the others.
    """
    if not scores:
        return None
    stacked = np.stack([np.where(np.isfinite(score), score, -1.0) for score in scores])
    largest = stacked.max(axis=0)
    ordered = np.sort(largest[apart & (largest >= 0)])
    if ordered.size < FEWEST_PLACEBOS:
        return None
    rank = ceil((ordered.size + 1) * (1 - LEVEL / groups))
    reached = largest[placebo].max() if rank > ordered.size else ordered[rank - 1]
    return max(float(reached), 1.0)
