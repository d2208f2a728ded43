"""How many purchases a customer makes who may leave after each of them."""

from typing import Final

import numpy as np

from transforms.lifetime.optimum import Vector

_TOLERANCE: Final = 1e-12
_BLOCK: Final = 16
"""Terms between two looks at which sums are done."""
_TERMS: Final = 200_000
_LARGE: Final = 1e200


def expected_while_alive(shape: Vector, share: Vector, stay: Vector, leave: float) -> Vector:
    """Expected purchases of a customer who is alive now, as a sum of positive terms.

    Without leaving there would be k purchases with the negative binomial weights of `shape` and
    `share` (time ahead / (α + age + time ahead)). Of k a customer makes the first, and each next
    one if they stayed after all before it: 1 + stay/(stay + leave) + … , k terms. This equals the
    paper's expression in the Gauss hypergeometric function, which subtracts nearly equal numbers
    where `leave` is near 1 and overflows for frequent buyers. A sum that is not done after 200,000
    terms is NaN.
    """
    result = np.full(len(shape), np.nan)
    left = np.arange(len(shape))
    term = np.ones(len(shape))  # weight of k purchases, up to a factor
    weights = term.copy()
    total = np.zeros(len(shape))
    made, chance = np.zeros(len(shape)), np.ones(len(shape))
    for k in range(_TERMS):
        ratio = (shape + k) / (k + 1) * share
        term = term * ratio
        made = made + chance
        chance = chance * (stay + k) / (stay + leave + k)
        weights = weights + term
        total = total + term * made
        if k % _BLOCK:
            continue
        falls = np.maximum(ratio, share)  # no later term keeps more of the one before it
        rest = np.where(falls < 1, 1 - falls, 1.0)
        is_open = (falls >= 1) | (term * (made + 1 / rest) / rest > _TOLERANCE * total)
        result[left[~is_open]] = (total / weights)[~is_open]
        if not is_open.any():
            break
        left, shape, share, stay = left[is_open], shape[is_open], share[is_open], stay[is_open]
        made, chance = made[is_open], chance[is_open]
        scale = np.where(weights[is_open] > _LARGE, 1 / _LARGE, 1.0)
        term, weights, total = (v[is_open] * scale for v in (term, weights, total))
    return result
