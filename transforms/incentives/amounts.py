"""Exact pay: thresholds compared without dividing, each amount rounded once to the cent."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

from transforms.exact import is_at_least
from transforms.incentives.rules import Step

CENT = Decimal("0.01")
_DIGITS = 60


def pay(base: Decimal, rate: Decimal, factor: Decimal = Decimal(1)) -> Decimal:
    """Form base × rate × factor, rounded once to the cent.

    >>> pay(Decimal(10_000), Decimal("0.10")), pay(Decimal(10_000), Decimal("0.20"))
    (Decimal('1000.00'), Decimal('2000.00'))
    >>> pay(Decimal(1_000_000), Decimal("0.01"), Decimal("1.10"))
    Decimal('11000.00')
    """
    with localcontext() as context:
        context.prec = _DIGITS
        return (base * rate * factor).quantize(CENT, ROUND_HALF_UP)


def step_reached(
    achieved: Decimal | None, target: Decimal | None, steps: Sequence[Step]
) -> Step | None:
    """Find the highest step that an attainment reaches, which pays alone.

    Compared crosswise: 0.9999… is not 100 %. None without a target above 0, a value, or a step.

    >>> steps = (Step(Decimal(1), Decimal("0.10")), Step(Decimal("1.2"), Decimal("0.20")))
    >>> step_reached(Decimal(180), Decimal(150), steps).wage_share
    Decimal('0.20')
    """
    reached = [step for step in steps if attains(achieved, target, step.attainment)]
    return max(reached, key=lambda step: step.attainment, default=None)


def attains(achieved: Decimal | None, target: Decimal | None, threshold: Decimal) -> bool:
    """Whether achieved ÷ target ≥ threshold, exactly; without either side it is not."""
    if achieved is None or target is None or target <= 0:
        return False
    return is_at_least(achieved, target, threshold)
