"""Many comparisons at once: how many of those that are shown may be false."""

import math
from collections.abc import Sequence


def two_sided(z: float) -> float:
    """Probability of a standard normal value at least that far from 0.

    >>> round(two_sided(1.96), 3)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def false_discovery(probabilities: Sequence[float]) -> list[float]:
    """Adjust p-values by Benjamini and Hochberg (1995): the least rate at which each is shown.

    Showing what is at or below q keeps the expected share of false ones among those shown at or
    below q; with nothing real at all, the chance of showing anything. Proved for independent
    and for positively dependent values (Benjamini and Yekutieli 2001); where the dependence is
    another one, the caller's simulation has to hold it. In the order given; a NaN is not counted.

    >>> [round(q, 3) for q in false_discovery([0.01, 0.04, 0.03, 0.5])]
    [0.04, 0.053, 0.053, 0.5]
    """
    ranked = sorted((p, place) for place, p in enumerate(probabilities) if not math.isnan(p))
    found = [math.nan] * len(probabilities)
    least = 1.0
    for rank in range(len(ranked), 0, -1):
        p, place = ranked[rank - 1]
        least = min(least, p * len(ranked) / rank)
        found[place] = least
    return found
