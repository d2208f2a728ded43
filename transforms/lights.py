"""The two traffic lights (红黄绿灯, D-15), compared exactly."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from transforms.catalogue import Better
from transforms.exact import Exact, Quotient
from transforms.parameters import Lights

Light = Literal["green", "yellow", "red", "grey"]

_WORST_FIRST: Final[tuple[Light, ...]] = ("red", "yellow", "green", "grey")


def deviation(actual: Exact | None, reference: Exact | None, better: Better) -> Quotient | None:
    """Form direction × (actual − reference) / |reference|; below 0 is worse.

    None where either is missing or the reference is 0. Where the value should be met exactly
    (`set`), any difference is worse. The quotient is not reduced to lowest terms.

    >>> deviation(Quotient(12, 100), Quotient(15, 100), "up")
    Quotient(numerator=-300, denominator=1500)
    >>> deviation(Quotient(12, 1), Quotient(10, 1), "down")
    Quotient(numerator=-2, denominator=10)
    """
    if actual is None or reference is None or reference.numerator == 0:
        return None
    gap = actual.numerator * reference.denominator - reference.numerator * actual.denominator
    whole = abs(reference.numerator) * actual.denominator
    if better == "set":
        return Quotient(-abs(gap), whole)
    return Quotient(gap if better == "up" else -gap, whole)


def plan_light(share: Exact | None, lights: Lights) -> Light:
    """Judge a deviation from plan: green from 0, yellow from −10 %, red below (D-15)."""
    if share is None:
        return "grey"
    if _is_at_least(share, lights.plan_green):
        return "green"
    return "yellow" if _is_at_least(share, lights.plan_yellow) else "red"


def baseline_light(share: Exact | None, lights: Lights) -> Light:
    """Judge a deviation from the baseline: red at −20 % or worse, yellow at −10 % (D-15)."""
    if share is None:
        return "grey"
    if _is_at_most(share, lights.baseline_red):
        return "red"
    return "yellow" if _is_at_most(share, lights.baseline_yellow) else "green"


def worse(lights: Iterable[Light]) -> Light:
    """Pick the worse of several lights; grey says nothing and gives way to any other.

    >>> worse(["green", "yellow"]), worse(["grey", "green"])
    ('yellow', 'green')
    """
    return min(lights, key=_WORST_FIRST.index)


def _is_at_least(share: Exact, threshold: Decimal) -> bool:
    above, below = _sides(threshold)
    return share.numerator * below >= above * share.denominator


def _is_at_most(share: Exact, threshold: Decimal) -> bool:
    above, below = _sides(threshold)
    return share.numerator * below <= above * share.denominator


@lru_cache(maxsize=256)
def _sides(threshold: Decimal) -> tuple[int, int]:
    return threshold.as_integer_ratio()
