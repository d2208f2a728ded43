"""Random streams: one per concern, so that adding to one leaves the others unchanged."""

from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

STREAMS: Final = (
    "organisation",
    "products",
    "customers",
    "leads",
    "deals",
    "visits",
    "orders",
    "plan",
    "dirt",
    "marketing",
    "service",
    "pay",
)
_GRID: Final = np.linspace(0.0005, 0.9995, 2000)
_QUANTILES: Final = np.array([NormalDist().inv_cdf(float(share)) for share in _GRID])
_STEPS: Final = np.sqrt(np.array([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43]))


def streams(seed: int, end: int) -> dict[str, Generator]:
    """Make one generator per concern; `end` is the last day, so each week is a world of its own."""
    children = SeedSequence([seed, end]).spawn(len(STREAMS))
    pairs = zip(STREAMS, children, strict=True)
    return {name: np.random.default_rng(child) for name, child in pairs}


def even(rng: Generator, size: int, step: int) -> FloatArray:
    """Give numbers in [0, 1) that fill it more evenly than chance (a Kronecker sequence).

    Large companies are less noisy than dice: with these, the sum over a team and a quarter stays
    near its expectation. `step` picks one of several independent sequences.
    """
    return np.asarray((rng.random() + _STEPS[step] * np.arange(size)) % 1.0)


def normal(share: FloatArray) -> FloatArray:
    """Turn numbers in [0, 1) into standard normal ones."""
    return np.asarray(np.interp(share, _GRID, _QUANTILES))


def whole(amount: FloatArray, share: FloatArray) -> IntArray:
    """Round up with the probability of the fraction, so that the expectation is kept."""
    return np.asarray(np.floor(amount + share), dtype=np.int64)


def mixed(*parts: IntArray | int) -> FloatArray:
    """Give a number in [0, 1) that depends on nothing but the given numbers (splitmix64)."""
    state = np.zeros(1, dtype=np.uint64)
    for part in parts:
        state = state * np.uint64(0x9E3779B97F4A7C15) + np.asarray(part).astype(np.uint64)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state = state ^ (state >> np.uint64(31))
    return np.asarray((state >> np.uint64(11)).astype(np.float64) / float(1 << 53))


def pick(weights: FloatArray, share: FloatArray) -> IntArray:
    """Choose per row of `weights` (rows × choices) the choice in which `share` falls."""
    edges = np.cumsum(weights, axis=-1)
    edges = edges / edges[..., -1:]
    return np.asarray((share[..., None] >= edges[..., :-1]).sum(axis=-1)).astype(np.int64)
