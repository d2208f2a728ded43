"""Leaves: every finest combination of attribute values, and how far it strays from its own past."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

SIDES: Final = ("n1", "d1", "n0", "d0")
"""Numerator and denominator now, numerator and denominator of all earlier periods together."""

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

_FEW: Final = 0.75
"""Trials that a rate is drawn towards its expectation by, as in Anscombe's arcsine (1948)."""
_SPARSE: Final = 8
"""Combinations there might be to a leaf, from which on a place for each is too many."""
_MEDIAN_CHI: Final = 0.455
"""Median of χ² with one degree of freedom."""


@dataclass(frozen=True)
class Leaves:
    """One entry per leaf, in the order of its members' names.

    `codes` has one row per dimension: the place of the leaf's member in `members`. `excess` is the
    numerator now minus the expected one, in units of the numerator. `shift` is the change on a
    scale on which chance is the same everywhere: the difference of the arcsines of the roots of
    two rates, or of an amount's part of now + expected. It is drawn towards none where a leaf has
    few cases: `kept` is the part of a true shift that is left. `variance` is what chance alone does
    to a whole shift; infinite where a leaf tells nothing. `base` turns an excess into a change of
    the value: 1 for a sum, the denominator now for a ratio.
    """

    dimensions: tuple[str, ...]
    members: tuple[Sequence[str], ...]
    codes: Whole
    excess: Floats
    shift: Floats
    kept: Floats
    variance: Floats
    base: float

    @property
    def change(self) -> float:
        """The abnormal change: the value now minus what it would be with every leaf as before."""
        return float(self.excess.sum()) / self.base if self.base else 0.0


def is_share(n1: Floats, d1: Floats, n0: Floats, d0: Floats) -> bool:
    """Tell a ratio that counts part of its denominator (won of closed) from amounts per unit."""
    whole = all(bool((side == np.round(side)).all()) for side in (n1, d1, n0, d0))
    part = bool((n1 <= d1).all()) and bool((n0 <= d0).all())
    return whole and part and bool((np.minimum(n1, n0) >= 0).all())


def leaves_of(
    rows: pl.DataFrame,
    dimensions: Sequence[str],
    *,
    periods: int,
    is_ratio: bool,
    scatter: float | None = None,
) -> Leaves:
    """Compare leaves with their own past.

    `rows`: one per leaf, its members as text and `SIDES`; the denominators of a sum are not looked
    at. See `leaves_of_cells`.
    """
    ordered = rows.sort(dimensions)
    members, codes = [], []
    for name in dimensions:
        column = ordered.get_column(name)
        known = column.unique().sort()
        place = pl.Series(range(len(known)), dtype=pl.Int64)
        members.append(tuple(known.cast(pl.String).to_list()))
        codes.append(column.replace_strict(known, place, return_dtype=pl.Int64).to_numpy())
    return leaves_of_cells(
        tuple(dimensions),
        tuple(members),
        np.array(codes, dtype=np.int64).reshape(len(dimensions), ordered.height),
        np.array([ordered.get_column(side).to_numpy() for side in SIDES], dtype=np.float64),
        periods=periods,
        is_ratio=is_ratio,
        scatter=scatter,
    )


def leaves_of_cells(
    dimensions: tuple[str, ...],
    members: tuple[Sequence[str], ...],
    codes: Whole,
    sides: Floats,
    *,
    periods: int,
    is_ratio: bool,
    scatter: float | None = None,
) -> Leaves:
    """Compare leaves that are arrays already; `sides` has a row per side, in leaves' order.

    `periods`: how many earlier periods the past is. `scatter`: variance of an amount over its
    mean, as the past tells it; estimated from now where None. A share is as sure as its counts.

    A leaf of a ratio without history is expected to be like all together. A leaf without a
    denominator now has no rate and tells nothing.
    """
    n1, d1, n0, d0 = sides
    tells = d1 > 0 if is_ratio else np.ones(len(n1), dtype=np.bool_)
    now = np.where(tells, n1, 0.0)
    if not is_ratio:
        expected = n0 / periods
        ones = np.ones(len(n1))
        shift, kept, variance = _of_amounts(now, expected, ones, ones / periods, scatter)
    elif is_share(n1, d1, n0, d0):
        rate, weight = _rates(n0, d0)
        expected = np.where(tells, d1 * rate, 0.0)
        seen = np.where(tells, (now + _FEW * rate) / (np.where(tells, d1, 0.0) + _FEW), rate)
        shift = np.arcsin(np.sqrt(np.clip(seen, 0, 1))) - np.arcsin(np.sqrt(np.clip(rate, 0, 1)))
        variance = (1 / np.where(tells, d1, 1.0) + 1 / weight) / 4
        kept = np.where(tells, d1 / (d1 + _FEW), 1.0)
    else:
        overall = float(n0.sum()) / float(d0.sum()) if d0.sum() else 0.0
        rate = np.divide(n0, d0, out=np.full(len(n0), overall), where=d0 > 0)
        expected = np.where(tells, d1 * rate, 0.0)
        past = np.divide(d1, d0, out=np.full(len(n0), np.inf), where=d0 > 0)
        rates = (np.abs(now) + np.abs(expected)) / (2 * np.where(tells, d1, 1.0))
        shift, kept, variance = _of_amounts(now, expected, rates, past, scatter)
    return Leaves(
        dimensions=dimensions,
        members=members,
        codes=codes,
        excess=now - expected,
        shift=shift,
        kept=kept,
        variance=np.where(tells, variance, np.inf),
        base=float(np.where(tells, d1, 0.0).sum()) if is_ratio else 1.0,
    )


def groups_of(leaves: Leaves, dimensions: Sequence[int]) -> tuple[Whole, Whole]:
    """The first leaf of each combination of some dimensions, and the combination of each leaf.

    Combinations stand in the order of their members.
    """
    count = leaves.codes.shape[1]
    key = np.zeros(count, dtype=np.int64)
    size = 1
    for each in dimensions:
        size *= len(leaves.members[each])
        key = key * len(leaves.members[each]) + leaves.codes[each]
    if size > _SPARSE * count:
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        return first, place
    first = np.full(size, -1, dtype=np.int64)
    first[key[::-1]] = np.arange(count)[::-1]
    known = first >= 0
    return first[known], (np.cumsum(known) - 1)[key]


def _rates(n0: Floats, d0: Floats) -> tuple[Floats, Floats]:
    """Give each leaf's rate in the past and the trials it rests on, one case of all's added."""
    whole = float(d0.sum())
    overall = float(n0.sum()) / whole if whole else 0.0
    trials = 1 / overall if overall else 1.0
    return (n0 + trials * overall) / (d0 + trials), d0 + trials


def _of_amounts(
    now: Floats, expected: Floats, unit: Floats, past: Floats, scatter: float | None
) -> tuple[Floats, Floats, Floats]:
    """Give shifts and variances of amounts; both signs may occur (returns).

    For positive amounts ½ arcsin((a - e) ÷ (a + e)) is arcsin √(a ÷ (a + e)) - arcsin √½. Its
    variance is that of a sum of cases of the size `scatter` × `unit`; an expectation adds `past`
    times as much.
    """
    size = np.abs(now) + np.abs(expected)
    told = (size > 0) & (unit > 0) & np.isfinite(past)
    if scatter is None:
        chi = 2 * (now - expected)[told] ** 2 / (size[told] * unit[told] * (1 + past[told]))
        scatter = _weighted_median(chi, size[told]) / _MEDIAN_CHI
    least = np.maximum(scatter * unit, float(size.max(initial=0.0)) * 1e-9)
    shift = np.arcsin(np.divide(now - expected, size + least, out=np.zeros(len(size)), where=told))
    noise = least * np.where(told, 1 + past, 1.0)
    chance = np.divide(noise, 8 * size, out=np.zeros(len(size)), where=told)
    kept = np.divide(size, size + least, out=np.ones(len(size)), where=told)
    return shift / 2, kept, np.where(told, chance, np.inf)


def _weighted_median(values: Floats, weights: Floats) -> float:
    if not len(values):
        return 0.0
    order = np.argsort(values, kind="stable")
    mass = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(mass, mass[-1] / 2)])
