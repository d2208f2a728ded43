"""The two traffic lights (红黄绿灯, D-15), compared exactly."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal

from transforms.catalogue import Better
from transforms.parameters import Lights

Light = Literal["green", "yellow", "red", "grey"]

_WORST_FIRST: Final[tuple[Light, ...]] = ("red", "yellow", "green", "grey")


def deviation(
    actual: Fraction | None, reference: Fraction | None, better: Better
) -> Fraction | None:
    """Form direction × (actual − reference) / |reference|; below 0 is worse.

    None where either is missing or the reference is 0. Where the value should be met exactly
    (`set`), any difference is worse.

    >>> deviation(Fraction(12, 100), Fraction(15, 100), "up")
    Fraction(-1, 5)
    >>> deviation(Fraction(12), Fraction(10), "down")
    Fraction(-1, 5)
    """
    if actual is None or reference is None or reference == 0:
        return None
    share = (actual - reference) / abs(reference)
    if better == "set":
        return -abs(share)
    return share if better == "up" else -share


def plan_light(share: Fraction | None, lights: Lights) -> Light:
    """Judge a deviation from plan: green from 0, yellow from −10 %, red below (D-15)."""
    if share is None:
        return "grey"
    if share >= Fraction(lights.plan_green):
        return "green"
    return "yellow" if share >= Fraction(lights.plan_yellow) else "red"


def baseline_light(share: Fraction | None, lights: Lights) -> Light:
    """Judge a deviation from the baseline: red at −20 % or worse, yellow at −10 % (D-15)."""
    if share is None:
        return "grey"
    if share <= Fraction(lights.baseline_red):
        return "red"
    return "yellow" if share <= Fraction(lights.baseline_yellow) else "green"


def worse(lights: Iterable[Light]) -> Light:
    """Pick the worse of several lights; grey says nothing and gives way to any other.

    >>> worse(["green", "yellow"]), worse(["grey", "green"])
    ('yellow', 'green')
    """
    return min(lights, key=_WORST_FIRST.index)
