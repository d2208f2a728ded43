"""A change of a ratio: within its segments, between them, and of those that only one side knows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from transforms.why.cells import UNITS
from transforms.why.cuts import Cut, Members

Sides = tuple[int, int, int, int]
"""Actual numerator and denominator, reference numerator (unscaled) and denominator, in millionths.
"""


@dataclass(frozen=True)
class RatioParts:
    """Parts of n1/d1 − n0/d0 in the unit of the ratio; the four add up to it exactly."""

    rate: Fraction
    """Σ ½ (w₁ + w₀) (r₁ − r₀) of the members on both sides, w being shares of the denominator."""
    mix: Fraction
    """Σ (w₁ − w₀) (½ (r₁ + r₀) − c), c being the mean of the two ratios as a whole."""
    new: Fraction
    """Σ w₁ (r₁ − c) of the members without a denominator in the reference."""
    gone: Fraction
    """−Σ w₀ (r₀ − c) of the members without a denominator now."""
    members: tuple[Sides, ...]
    """The members on both sides."""
    has_new: bool = False
    has_gone: bool = False

    def named(self) -> Iterator[tuple[str, Fraction]]:
        """Name the parts as drivers; those of new and gone members where there are any."""
        yield "rate", self.rate
        yield "mix", self.mix
        if self.has_new:
            yield "new_segments", self.new
        if self.has_gone:
            yield "gone_segments", self.gone


def rate_and_mix(cut: Cut, dimension: str | None) -> RatioParts:
    """Split n1/d1 − factor × n0/d0 along one dimension.

    Of the two factors of each member, its weight and its rate, each has its Shapley value, so that
    neither comes first, and to swap actual and reference turns every sign. Weights add up to 1, so
    what a shift does depends on where rates are counted from: the mean c of the two ratios. A
    member better than c lifts the ratio when it grows or appears. Without a dimension all is rate.
    Both denominators must be other than 0.
    """
    whole: Sides = tuple(int(side * UNITS) for side in cut.sides())  # type: ignore[assignment]
    actual, reference = cut.values()
    if dimension is None:
        nothing = Fraction(0)
        return RatioParts(actual - reference, nothing, nothing, nothing, (whole,))
    centre = (actual + reference) / 2
    _, d1, _, d0 = whole
    rows: list[Sides] = cut.cells.by([dimension]).sides.T.tolist()
    both = [row for row in rows if row[1] and row[3]]
    new = [row for row in rows if row[1] and not row[3]]
    gone = [row for row in rows if row[3] and not row[1]]
    above, below = cut.factor.as_integer_ratio()
    rates = _total(
        ((w1 * d0 + w0 * d1) * (m1 * w0 * below - above * m0 * w1), w1 * w0)
        for m1, w1, m0, w0 in both
    )
    rate = rates / (2 * d1 * d0 * below)
    came = (sum(row[0] for row in new) - sum(row[1] for row in new) * centre) / d1
    went = (cut.factor * sum(row[2] for row in gone) - sum(row[3] for row in gone) * centre) / d0
    mix = actual - reference - rate - came + went
    return RatioParts(rate, mix, came, -went, tuple(both), bool(new), bool(gone))


def _total(parts: Iterable[tuple[int, int]]) -> Fraction:
    """Add up fractions (above, below).

    Those of one denominator first, then two by two: a sum of a thousand has a long denominator,
    which is not to be worked with a thousand times.
    """
    sums: dict[int, int] = {}
    for above, below in parts:
        common = gcd(above, below)
        sums[below // common] = sums.get(below // common, 0) + above // common
    left = [(above, below) for below, above in sums.items()] or [(0, 1)]
    while len(left) > 1:
        pairs = zip(left[::2], left[1::2], strict=False)
        added = [(n1 * d2 + n2 * d1, d1 * d2) for (n1, d1), (n2, d2) in pairs]
        left = [*added, *left[len(added) * 2 :]]
    return Fraction(*left[0])


def numerator_and_denominator(
    cut: Cut, parts: RatioParts, stretches: int
) -> dict[str, tuple[Fraction, Fraction, Fraction]]:
    """Split the rate part by what moved: the numerators or the denominators.

    Gives `numerator` and `denominator` with (part, actual, reference at the pace of one stretch).
    Of n ÷ d the two have their Shapley values, ½ Δn (1/d₁ + 1/d₀) and ½ (n₁ + n₀) Δ(1/d), each
    member weighted as in the rate part; they add up to it exactly.
    """
    _, d1, _, d0 = (int(side * UNITS) for side in cut.sides())
    up, down = (cut.factor / stretches).as_integer_ratio()
    moved = _total(
        (
            (w1 * d0 + w0 * d1) * (m1 * down - up * m0) * (w0 + stretches * w1),
            w1 * w0,
        )
        for m1, w1, m0, w0 in parts.members
    )
    above = moved / (4 * d1 * d0 * down)
    n1, w1, n0, w0 = (Fraction(sum(row[side] for row in parts.members), UNITS) for side in range(4))
    return {
        "numerator": (above, n1, n0 * cut.factor / stretches),
        "denominator": (parts.rate - above, w1, w0 / stretches),
    }


def replaced(cut: Cut, inside: Members) -> Fraction:
    """Tell how much of a ratio's gap a segment makes.

    That is the ratio as it is minus the ratio as it would be had the segment's own numerator and
    denominator been those of the reference (at the pace of the whole denominator). The segment
    that holds everything makes all of the gap.
    """
    n1, d1, _, d0 = cut.sides()
    n1_s, d1_s, n0_s, d0_s = cut.sides(inside)
    pace = d1 / d0 if d0 else Fraction(0)
    denominator = d1 - d1_s + pace * d0_s
    if not d1 or not denominator:
        return Fraction(0)
    return n1 / d1 - (n1 - n1_s + pace * cut.factor * n0_s) / denominator


def within(cut: Cut, inside: Members) -> Fraction:
    """Tell how much of the `rate` part a segment makes: its share × the change of its own rate."""
    _, d1, _, d0 = cut.sides()
    n1_s, d1_s, n0_s, d0_s = cut.sides(inside)
    if not d1 or not d0 or not d1_s or not d0_s:
        return Fraction(0)
    return (d1_s / d1 + d0_s / d0) / 2 * (n1_s / d1_s - cut.factor * n0_s / d0_s)
