"""The maximum of a smooth likelihood of two to four positive parameters.

Newton's method in the logarithms of the parameters, with central differences. A direction in
which the likelihood bends the wrong way is followed uphill, a step that does not climb is halved.
The curvature at the maximum gives the standard errors.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from transforms.lifetime.refusal import FitLimits, Reason, Refusal

Vector: TypeAlias = npt.NDArray[np.float64]

_WIDTH: Final = 2.0**-11
"""Half the width of a difference, in logarithms."""
_STEPS: Final = 60
_HALVINGS: Final = 30
_LONGEST: Final = 1.0
"""Longest step of one logarithm: a factor of e."""
_FARTHEST: Final = 12.0
"""A parameter that has moved by a factor of 160,000 is running away."""
_CLOSE: Final = 1e-9
"""What another step would still add to the log-likelihood at the maximum."""
_FLAT: Final = 1e-8
"""Curvature, relative to the largest, that is not told from none."""
_NOISE: Final = 1e-13
"""Rounding of a log-likelihood, relative to its size."""


@dataclass(frozen=True)
class Optimum:
    """Parameters at the maximum, in the order of the start."""

    parameters: tuple[float, ...]
    standard_errors: tuple[float, ...]
    log_likelihood: float
    steps: int


def maximise(
    model: str,
    log_likelihood: Callable[[Sequence[float]], float],
    start: Sequence[float],
    limits: FitLimits,
) -> Optimum | Refusal:
    """Climb from `start` to the maximum, or say why there is none to be trusted."""
    first = np.log(np.asarray(start, dtype=np.float64))
    at = first
    for step in range(_STEPS):
        value, slope, bend = _derivatives(log_likelihood, at)
        if not (np.isfinite(value) and np.isfinite(bend).all()):
            break
        sizes, directions = np.linalg.eigh(-bend)
        flat = _FLAT * max(1.0, float(np.abs(sizes).max()))
        move = directions @ ((directions.T @ slope) / np.maximum(np.abs(sizes), flat))
        if float(slope @ move) / 2 < _CLOSE and sizes.min() > -flat:
            variances = (directions**2 / np.maximum(sizes, flat)).sum(axis=1)
            return _described(model, at, value, np.sqrt(variances), limits, step)
        reached = _climbed(log_likelihood, at, value, move)
        if reached is None or np.abs(reached - first).max() > _FARTHEST:
            break
        at = reached
    return Refusal(
        model,
        Reason.NOT_CONVERGED,
        f"似然函数没有可用的最大值，{step + 1} 步后停止 / "
        f"the likelihood has no maximum that can be used; stopped after {step + 1} steps",
        float(value),
    )


def _climbed(
    log_likelihood: Callable[[Sequence[float]], float], at: Vector, value: float, move: Vector
) -> Vector | None:
    share = min(1.0, _LONGEST / float(np.abs(move).max()))
    for _ in range(_HALVINGS):
        reached = at + share * move
        if log_likelihood(tuple(np.exp(reached))) > value - _NOISE * abs(value):
            return reached
        share /= 2
    return None


def _derivatives(
    log_likelihood: Callable[[Sequence[float]], float], at: Vector
) -> tuple[float, Vector, Vector]:
    """Value, gradient and second derivatives in the logarithms."""

    def value_at(offset: Vector) -> float:
        return log_likelihood(tuple(np.exp(at + offset)))

    count = len(at)
    shifts = np.eye(count) * _WIDTH
    here = value_at(np.zeros(count))
    above = np.array([value_at(shift) for shift in shifts])
    below = np.array([value_at(-shift) for shift in shifts])
    bend = np.diag((above - 2 * here + below) / _WIDTH**2)
    both = above + below
    for i in range(count):
        for j in range(i):
            corner = value_at(shifts[i] + shifts[j]) + value_at(-shifts[i] - shifts[j])
            bend[i, j] = bend[j, i] = (corner - both[i] - both[j] + 2 * here) / (2 * _WIDTH**2)
    return here, (above - below) / (2 * _WIDTH), bend


def _described(
    model: str, at: Vector, value: float, errors: Vector, limits: FitLimits, steps: int
) -> Optimum | Refusal:
    if errors.max() > limits.log_error:
        return Refusal(
            model,
            Reason.NOT_IDENTIFIED,
            f"参数对数的标准误差达 {errors.max():.3g}，上限 {limits.log_error:g} / the standard "
            f"error of a parameter's logarithm is {errors.max():.3g}, limit {limits.log_error:g}",
            float(value),
        )
    parameters = np.exp(at)
    return Optimum(
        tuple(parameters.tolist()), tuple((parameters * errors).tolist()), float(value), steps
    )


def log_gamma(values: Vector) -> Vector:
    """Logarithm of the gamma function of each value."""
    return np.fromiter(map(math.lgamma, values.tolist()), np.float64, len(values))
