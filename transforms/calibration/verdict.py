"""A verdict with its reason and the numbers it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from transforms.calibration.assumptions import Origin

Verdict = Literal["met", "question", "short", "no_data", "not_applicable"]
WORST_FIRST: Final[tuple[str, ...]] = ("short", "question", "no_data", "met", "not_applicable")

CHECKS: Final = ("annual", "history", "capacity", "budget", "market")
"""The five ways a target is checked (D-4)."""

_MICRO: Final = Decimal("0.000001")
_DIGITS: Final = 60


class Plan(NamedTuple):
    """One target: a metric of a scope in a window."""

    metric: str
    scope_kind: str
    scope: str
    starts_on: date
    ends_on: date
    value: Decimal
    note: str | None = None


class Figure(NamedTuple):
    """A number that a verdict rests on; None is not known."""

    name: str
    value: Decimal | None
    origin: Origin


@dataclass(frozen=True)
class Check:
    """One of the five checks of a target."""

    check: str
    verdict: Verdict
    reason: str
    """Code of the reason; its words are the locale's."""
    reference: Decimal | None = None
    """What the target is held against."""
    supply: str | None = None
    """What to give where something is not known."""
    words: str | None = None
    """What a person wrote: the growth driver named, the reason of the allowance."""
    figures: tuple[Figure, ...] = ()


def worst(verdicts: Iterable[str]) -> str:
    """Name the worst of some verdicts; of none, not applicable.

    >>> worst(["met", "no_data", "question"])
    'question'
    """
    return min(verdicts, key=WORST_FIRST.index, default="not_applicable")


def number(value: Fraction | Decimal | None) -> Decimal | None:
    """Round an exact number to NUMBER's six decimals, once.

    >>> number(Fraction(1000) / Fraction("0.05"))
    Decimal('20000.000000')
    """
    if value is None:
        return None
    exact = Fraction(value)
    with localcontext() as context:
        context.prec = _DIGITS
        return (Decimal(exact.numerator) / exact.denominator).quantize(_MICRO, ROUND_HALF_EVEN)
