"""A change of a ratio as change within its segments (rate) and between them (mix), exactly."""

from fractions import Fraction

import polars as pl

from transforms.why.case import fraction
from transforms.why.cuts import SIDES, Cut


def rate_and_mix(cut: Cut, dimension: str | None) -> tuple[Fraction, Fraction]:
    """Split n1/d1 − factor × n0/d0 along one dimension; the two add up to it exactly.

    rate = Σ w₁ (r₁ − r₀), mix = Σ (w₁ − w₀) r₀, w being a member's share of the denominator. A
    new member has no rate before: it is mix, at the rate it came with; so is one that is gone.
    Without a dimension all is rate. Both denominators must be other than 0.
    """
    actual, reference = cut.values()
    if dimension is None:
        return actual - reference, Fraction(0)
    _, d1, _, d0 = cut.sides()
    mix = Fraction(0)
    members = cut.rows.group_by(dimension).agg(pl.sum(*SIDES)).select(SIDES)
    for row in members.iter_rows():
        n1_s, d1_s, n0_s, d0_s = (fraction(value) for value in row)
        if d0_s:
            before = cut.factor * n0_s
            mix += d1_s / d1 * (before / d0_s) - before / d0
        elif d1_s:
            mix += n1_s / d1
    return actual - reference - mix, mix


def replaced(cut: Cut, inside: pl.Expr) -> Fraction:
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


def within(cut: Cut, inside: pl.Expr) -> Fraction:
    """Tell how much of the `rate` part a segment makes: its share × the change of its own rate."""
    _, d1, _, _ = cut.sides()
    n1_s, d1_s, n0_s, d0_s = cut.sides(inside)
    if not d1 or not d1_s or not d0_s:
        return Fraction(0)
    return n1_s / d1 - d1_s / d1 * cut.factor * n0_s / d0_s
