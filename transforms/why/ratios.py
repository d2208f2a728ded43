"""A change of a ratio: within its segments, between them, and of those that only one side knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from transforms.why.cells import UNITS
from transforms.why.cuts import Cut, Members

Sides = tuple[Fraction, Fraction, Fraction, Fraction]
"""Actual numerator and denominator, reference numerator (scaled) and denominator."""


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
    n1, d1, n0, d0 = cut.sides()
    whole = (n1, d1, cut.factor * n0, d0)
    actual, reference = cut.values()
    if dimension is None:
        nothing = Fraction(0)
        return RatioParts(actual - reference, nothing, nothing, nothing, (whole,))
    centre = (actual + reference) / 2
    rate = new = gone = Fraction(0)
    kept: list[Sides] = []
    news = gones = 0
    for row in cut.cells.by([dimension]).sides.T.tolist():
        m1, w1, m0, w0 = (Fraction(value, UNITS) for value in row)
        m0 *= cut.factor
        if w1 and w0:
            rate += (w1 / d1 + w0 / d0) / 2 * (m1 / w1 - m0 / w0)
            kept.append((m1, w1, m0, w0))
        elif w1:
            new += m1 / d1 - w1 / d1 * centre
            news += 1
        elif w0:
            gone -= m0 / d0 - w0 / d0 * centre
            gones += 1
    mix = actual - reference - rate - new - gone
    return RatioParts(rate, mix, new, gone, tuple(kept), news > 0, gones > 0)


def numerator_and_denominator(
    cut: Cut, parts: RatioParts, stretches: int
) -> dict[str, tuple[Fraction, Fraction, Fraction]]:
    """Split the rate part by what moved: the numerators or the denominators.

    Gives `numerator` and `denominator` with (part, actual, reference at the pace of one stretch).
    Of n ÷ d the two have their Shapley values, ½ Δn (1/d₁ + 1/d₀) and ½ (n₁ + n₀) Δ(1/d), each
    member weighted as in the rate part; they add up to it exactly.
    """
    _, d1, _, d0 = cut.sides()
    above = Fraction(0)
    sums = [Fraction(0)] * 4
    for n1_s, d1_s, n0_s, d0_s in parts.members:
        weight = (d1_s / d1 + d0_s / d0) / 2
        n0, base = n0_s / stretches, d0_s / stretches
        above += weight * (n1_s - n0) * (1 / d1_s + 1 / base) / 2
        sums = [old + new for old, new in zip(sums, (n1_s, d1_s, n0, base), strict=True)]
    return {
        "numerator": (above, sums[0], sums[2]),
        "denominator": (parts.rate - above, sums[1], sums[3]),
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
