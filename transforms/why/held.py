"""What a tree is held against: the structure of the reference, brought to the reference's total."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Final

from transforms.why.case import fraction
from transforms.why.cuts import Cut
from transforms.why.shapley import Node, Two, leaves, total

ONE: Final = Fraction(1)


def two(cut: Cut) -> Two:
    """What a leaf is in its tree; an effect is its own difference and nothing before."""
    actual, reference = cut.values()
    return (actual - reference, Fraction(0)) if cut.kind == "effect" else (actual, reference)


def values_of(cuts: Mapping[str, Cut]) -> dict[str, Two]:
    """Actual and reference of each leaf."""
    return {code: two(cut) for code, cut in cuts.items()}


def held(
    root: Node,
    cuts: Mapping[str, Cut],
    reference: Fraction,
    stretches: int,
    dues: Mapping[str, Decimal],
) -> tuple[dict[str, Cut], Fraction]:
    """Scale the leaves' references to what the whole is held against; also gives the factor.

    Volumes are scaled by one factor (reference ÷ total of the window), rates and prices stay as
    they were, so that the parts are held against the plan itself. Where the window holds nothing
    to scale, its mean stretch stands. A leaf with a plan of its own (`dues`: leaf to due, D-2a)
    is held against that, and what remains of its product is taken by the volume, else by the last
    factor that has no plan.
    """
    _, before = total(root, values_of(cuts))
    is_scalable = before > 0 and reference > 0
    factor = reference / before if is_scalable else Fraction(1, stretches)
    scaled = {code: cut.scaled(factor) if cut.kind == "sum" else cut for code, cut in cuts.items()}
    for product in _products(root):
        scaled |= _planned(product, scaled, dues)
    return scaled, factor


def _products(part: Node | str) -> tuple[Node, ...]:
    """The outermost products of a tree."""
    if isinstance(part, str):
        return ()
    if part.kind == "product":
        return (part,)
    return tuple(found for inner in part.parts for found in _products(inner))


def _planned(product: Node, cuts: Mapping[str, Cut], dues: Mapping[str, Decimal]) -> dict[str, Cut]:
    """Hold the factors that have a plan against it, and one of the others against the rest."""
    factors = leaves(product)
    before = {code: two(cuts[code])[1] for code in factors}
    free = [code for code in factors if code not in dues]
    wanted = {code: fraction(dues[code]) for code in factors if code in dues}
    if not wanted or min(*wanted.values(), *before.values()) <= 0:
        return {}
    if free:
        last = free[0] if free[0] == factors[0] else free[-1]
        given = [wanted.get(code, before[code]) for code in factors if code != last]
        wanted[last] = prod(before.values(), start=ONE) / prod(given, start=ONE)
    return {
        code: cuts[code].scaled(cuts[code].factor * due / before[code])
        for code, due in wanted.items()
    }
