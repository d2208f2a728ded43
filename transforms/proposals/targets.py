"""The next period's target as the past and the team support it (D-20: 540 → 550)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

from transforms.proposals.rules import ProposalRules

_DIGITS: Final = 3
"""Significant digits of a proposed target."""


class NextTarget(NamedTuple):
    """What is proposed for a target, and the value; none where nothing is to change."""

    verdict: str
    """raise, lower, keep or no_data."""
    value: Decimal | None


def next_target(
    target: Decimal,
    trend: Decimal | None,
    reachable: Decimal | None,
    rules: ProposalRules,
    *,
    is_whole: bool = False,
) -> NextTarget:
    """Hold a planned target against the trend of the past and what the team can reach.

    Raised where both lie above it by more than the margin, to the lower of the two, rounded down
    to three digits; lowered where both lie below it by more than the margin, to the higher of the
    two, rounded up; a number of things (`is_whole`) to a whole one. Where the two do not agree, or
    one is not known, nothing is proposed.

    >>> next_target(*map(Decimal, (540, 572, 550)), ProposalRules())
    NextTarget(verdict='raise', value=Decimal('550'))
    >>> next_target(*map(Decimal, (540, 400, 600)), ProposalRules()).verdict
    'keep'
    """
    if trend is None or reachable is None or target <= 0:
        return NextTarget("no_data", None)
    low, high = sorted((trend, reachable))
    if low > target * (1 + rules.target_margin):
        proposed = _rounded(low, ROUND_FLOOR, is_whole=is_whole)
        return NextTarget("raise", proposed) if proposed > target else NextTarget("keep", None)
    if high < target * (1 - rules.target_margin):
        proposed = _rounded(high, ROUND_CEILING, is_whole=is_whole)
        if 0 < proposed < target:
            return NextTarget("lower", proposed)
    return NextTarget("keep", None)


def _rounded(value: Decimal, how: str, *, is_whole: bool) -> Decimal:
    """Round to three significant digits or to a whole number, which has no exponent.

    >>> _rounded(Decimal("54165497.7"), ROUND_FLOOR, is_whole=False)
    Decimal('54100000')
    """
    if not value:
        return value
    place = Decimal(1).scaleb(value.adjusted() - _DIGITS + 1)
    place = max(place, Decimal(1)) if is_whole else place
    rounded = (value / place).to_integral_value(how) * place
    return rounded.quantize(Decimal(1)) if place >= 1 else rounded
