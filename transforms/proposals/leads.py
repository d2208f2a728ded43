"""What sales says to marketing about the leads of a source, against all other sources (D-20)."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from transforms.proposals.rules import ProposalRules

_CHANCE: Final = Fraction("2.576")
"""Standard errors that one comparison in a hundred passes by chance."""


def lead_quality(
    qualified: Decimal | None,
    leads: Decimal | None,
    all_qualified: Decimal | None,
    all_leads: Decimal | None,
    rules: ProposalRules,
) -> str:
    """Compare the share of qualified leads of a source with that of all other leads.

    `all_…` include the source. Returns better or worse where the two shares differ beyond chance
    (two proportions, 1 %) and by the margin; same otherwise; too_few_cases where the source or the
    others have too few leads; no_data where a number is not known, or no lead at all is qualified.

    >>> lead_quality(*map(Decimal, (20, 100, 220, 500)), ProposalRules())
    'worse'
    >>> lead_quality(*map(Decimal, (49, 100, 250, 500)), ProposalRules())
    'same'
    >>> lead_quality(*map(Decimal, (1, 9, 250, 500)), ProposalRules())
    'too_few_cases'
    """
    if qualified is None or leads is None or not all_qualified or all_leads is None:
        return "no_data"
    rest, rest_qualified = all_leads - leads, all_qualified - qualified
    if min(leads, rest) < rules.least_leads:
        return "too_few_cases"
    own, others = Fraction(qualified) / Fraction(leads), Fraction(rest_qualified) / Fraction(rest)
    pooled = Fraction(all_qualified) / Fraction(all_leads)
    variance = pooled * (1 - pooled) * (1 / Fraction(leads) + 1 / Fraction(rest))
    is_chance = (own - others) ** 2 <= _CHANCE**2 * variance
    if is_chance or abs(own - others) < Fraction(rules.quality_margin) * others:
        return "same"
    return "better" if own > others else "worse"
