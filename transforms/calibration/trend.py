"""The trend of a target's own metric (D-4)."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import mean

from transforms.calibration.assumptions import Assumptions
from transforms.calibration.ground import Ground
from transforms.calibration.verdict import Figure, Plan, number
from transforms.calibration.windows import YEARS, years_before


def yearly_growth(values: list[Fraction | None]) -> list[Fraction]:
    """Growth of each year over the one before; values come newest first.

    Stops at the first year that is not known or not above 0.

    >>> yearly_growth([Fraction(132), Fraction(120), Fraction(100), None])
    [Fraction(1, 10), Fraction(1, 5)]
    """
    found = []
    for later, earlier in pairwise(values):
        if later is None or earlier is None or earlier <= 0:
            break
        found.append(later / earlier - 1)
    return found


def trend(plan: Plan, ground: Ground, assumed: Assumptions) -> tuple[Fraction | None, list[Figure]]:
    """Last year's same period × (1 + mean yearly growth of up to three years), with its numbers.

    None where last year or its growth is not known.
    """
    window = (plan.starts_on, plan.ends_on)
    values = [
        ground.value(plan.metric, plan, years_before(window, back)) for back in range(1, YEARS + 1)
    ]
    growths = yearly_growth(values)
    growth = assumed.given("growth", mean(growths) if growths else None)
    last = values[0]
    found = last * (1 + growth) if last is not None and growth is not None else None
    return found, [
        Figure("last_year", number(last), "data"),
        Figure("growth_years", Decimal(len(growths)), "data"),
        Figure("growth", number(growth), assumed.origin("growth")),
        Figure("trend", number(found), "derived"),
    ]
