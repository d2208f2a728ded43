"""Effects of a place and of its like ones in all stretches of weeks, with their counting errors."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.why.panels import WEEKS, Matrix, Panel, Series

Mask = npt.NDArray[np.bool_]
Ends = npt.NDArray[np.int64]

MINIMUM_CASES: Final = 5
"""On fewer an effect is not known."""
_LEAST_SHARE_VARIANCE: Final = 0.01


@dataclass(frozen=True)
class Stretch:
    """Whole weeks that a case is about and those it is held against, counted back."""

    weeks: int
    """Weeks of the case."""
    gap: int
    """Weeks between them and the reference."""
    base: int
    """Weeks of the reference."""


@dataclass(frozen=True)
class Sides:
    """Of units × stretches, the newest stretch (the case itself) first."""

    actual: Matrix
    reference: Matrix
    effect: Matrix
    error: Matrix
    """Counting error of the effect; NaN where there are too few cases."""
    cases: Matrix


def sides_of(
    panel: Panel, series: Series, lag: int, stretch: Stretch, is_like: Mask
) -> Sides | None:
    """Measure a series in all units and stretches; None where there is not one whole stretch.

    Of a count the effect is what it is less what it would be at the pace of the like units; of a
    quotient its change less theirs. Without like units it is the change alone.
    """
    last = WEEKS - lag
    first = panel.first_week + stretch.base + stretch.gap + stretch.weeks
    ends = np.arange(last, first - 1, -1)
    if not ends.size:
        return None
    tops = _both(panel.numerators[series.code], ends, stretch)
    if series.denominator is None:
        return _counted(*tops, stretch, is_like)
    bottoms = _both(panel.denominators[series.code], ends, stretch)
    return _divided(*tops, *bottoms, is_like, is_share=series.unit == "share")


def _both(matrix: Matrix, ends: Ends, stretch: Stretch) -> tuple[Matrix, Matrix]:
    """Sums of the weeks of each stretch and of the weeks that it is held against."""
    total = np.concatenate([np.zeros((len(matrix), 1)), matrix.cumsum(axis=1)], axis=1)
    starts = ends - stretch.weeks
    until = starts - stretch.gap
    return (
        total[:, ends] - total[:, starts],
        total[:, until] - total[:, until - stretch.base],
    )


def _pool(matrix: Matrix, is_like: Mask) -> Matrix:
    """For each unit the sum over the like ones but itself."""
    found: Matrix = matrix[is_like].sum(axis=0) - matrix * is_like[:, None]
    return found


def _counted(now: Matrix, before: Matrix, stretch: Stretch, is_like: Mask) -> Sides:
    like_now, like_before = _pool(now, is_like), _pool(before, is_like)
    scale = stretch.weeks / stretch.base
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = ~is_like.any()
        pace = np.full_like(now, scale) if alone else like_now / like_before
        expected = before * pace
        blur = 1 / before + (0 if alone else 1 / like_now + 1 / like_before)
        error = np.sqrt(expected + expected**2 * blur)
    is_known = np.isfinite(error) & (np.maximum(now, expected) >= MINIMUM_CASES)
    return Sides(
        now / stretch.weeks,
        before / stretch.base,
        (now - expected) / stretch.weeks,
        np.where(is_known, error, np.nan) / stretch.weeks,
        now,
    )


def _divided(
    top: Matrix,
    top_before: Matrix,
    bottom: Matrix,
    bottom_before: Matrix,
    is_like: Mask,
    *,
    is_share: bool,
) -> Sides:
    with np.errstate(divide="ignore", invalid="ignore"):
        now, before = top / bottom, top_before / bottom_before
        blur = 1 / bottom + 1 / bottom_before
        effect = now - before
        if is_like.any():
            like, like_before = _pool(bottom, is_like), _pool(bottom_before, is_like)
            effect = effect - (
                _pool(top, is_like) / like - _pool(top_before, is_like) / like_before
            )
            blur = blur + 1 / like + 1 / like_before
        share = (top + top_before) / (bottom + bottom_before)
        variance = np.maximum(share * (1 - share), _LEAST_SHARE_VARIANCE) if is_share else 1.0
        error = np.sqrt(variance * blur)
    is_known = (
        np.isfinite(error)
        & np.isfinite(effect)
        & (np.minimum(bottom, bottom_before) >= MINIMUM_CASES)
    )
    return Sides(now, before, effect, np.where(is_known, error, np.nan), bottom)
