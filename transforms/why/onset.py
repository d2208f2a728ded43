"""Since when a series moves: the week of its step, where no usual lag says when to look (D-18).

A process whose weeks have no rhythm in common with its result has no lag to be learned; but once it
is known to have moved in a place, the week in which it did can be read off. It is the week that
splits the place's weeks, like segments taken off, into two levels with the least scatter left: the
most likely change point (Hinkley 1970, Biometrika 57), each week weighed by what it counts.
"""

import numpy as np

from transforms.why.differences import Mask, Stretch
from transforms.why.panels import WEEKS, Matrix, Panel, Series


def onset(panel: Panel, series: Series, stretch: Stretch, is_like: Mask, most: int) -> int | None:
    """Weeks before the case's own first week in which the place's level changed.

    0 is that week itself, or a later one; `most` is as far back as is looked. Before the earliest
    such week as many weeks are looked at as a reference has. None where the series is not recorded
    for so long or tells nothing.
    """
    begins = WEEKS - stretch.weeks
    first = begins - most - stretch.base
    if first < panel.first_week:
        return None
    value, weight = _weekly(panel, series, is_like)
    value, weight = value[first:], weight[first:]
    known = np.isfinite(value) & (weight > 0)
    value, weight = np.where(known, value, 0.0), np.where(known, weight, 0.0)
    mass, pull = weight.cumsum()[:-1], (weight * value).cumsum()[:-1]
    rest, whole = weight.sum() - mass, (weight * value).sum()
    told = (mass > 0) & (rest > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(told, (pull / mass - (whole - pull) / rest) ** 2 * mass * rest, -1.0)
    # Entry i of `apart` is a step before week first + i + 1.
    at = apart[stretch.base - 1 :]
    if not at.size or at.max() <= 0:
        return None
    week = first + stretch.base + int(at.argmax())
    return max(begins - week, 0)


def _weekly(panel: Panel, series: Series, is_like: Mask) -> tuple[Matrix, Matrix]:
    """The place's value of every week beyond like segments, and what it counts."""
    top = panel.numerators[series.code]
    like = top[is_like].sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if series.denominator is None:
            due = like if is_like.any() else np.ones(top.shape[1])
            return top[0] / due, due
        bottom = panel.denominators[series.code]
        value = top[0] / bottom[0]
        if is_like.any():
            value = value - like / bottom[is_like].sum(axis=0)
        return value, bottom[0]
