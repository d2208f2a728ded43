"""Answers: what a candidate explains, how sure that is, and when there is no concentrated cause."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from transforms.locate.chance import CHANCE
from transforms.locate.leaves import Leaves, leaves_of
from transforms.locate.periods import Period, compared
from transforms.locate.search import Candidate, candidates, mean, true_variance

MOST_ANSWERS: Final = 5

_CLOSE: Final = 0.07
"""Difference of scores that makes one answer e times as likely as another; see docs/locate.md."""
_COMPARED: Final = 12


@dataclass(frozen=True)
class Answer:
    """One possible cause; no `causes` means that no concentrated cause is seen.

    `share` is the part of the abnormal change that goes away if the rows of the causes are as
    expected, `residual` the change that then remains, in units of the value. `confidence` is the
    probability that exactly these combinations are the cause.
    """

    causes: tuple[Mapping[str, str], ...]
    share: float
    residual: float
    confidence: float


def located(
    rows: pl.DataFrame, dimensions: Sequence[str], *, is_ratio: bool, now: Period
) -> tuple[Answer, ...]:
    """Say which combinations are behind the value of `now`, best first; never empty.

    `rows`: `dimensions` as text, `period`, `numerator`, `denominator` (of a sum not looked at), as
    many a period as there are. There has to be a period before `now`.

    >>> week = {"period": [1, 1, 2, 2], "region": ["N", "S", "N", "S"], "product": ["A"] * 4}
    >>> sales = pl.DataFrame({**week, "numerator": [100.0, 90, 102, 30], "denominator": [1.0] * 4})
    >>> located(sales, ["region", "product"], is_ratio=False, now=2)[0].causes
    ({'region': 'S'},)
    """
    known = compared(rows, dimensions, is_ratio=is_ratio, now=now)
    return answers_of(
        leaves_of(
            known.rows,
            known.dimensions,
            periods=known.periods,
            is_ratio=is_ratio,
            scatter=known.scatter,
        )
    )


def answers_of(leaves: Leaves) -> tuple[Answer, ...]:
    """Turn the best candidates into answers; `Answer.confidence` adds up to at most 1."""
    found, count = candidates(leaves)
    best = _different(found)
    if not best:
        return (Answer((), 0.0, leaves.change, 1.0),)
    chance = min(1.0, count * _tail(_contrast(leaves, best[0])))
    doubt = chance if chance <= CHANCE else max(chance, 0.5)
    likely = np.exp((np.array([each.score for each in best]) - best[0].score) / _CLOSE)
    sure = (1 - doubt) * likely / likely.sum()
    answers = [
        Answer(
            _causes(leaves, each),
            each.share,
            leaves.change * (1 - each.share),
            float(confidence),
        )
        for each, confidence in zip(best, sure, strict=True)
    ]
    if chance > CHANCE:
        answers.insert(0, Answer((), 0.0, leaves.change, doubt))
    return tuple(answers[:MOST_ANSWERS])


def _different(found: Sequence[Candidate]) -> list[Candidate]:
    """Leave out what names all that a better candidate names, and more of the same cut."""
    kept: list[Candidate] = []
    for each in found:
        if each.score <= 0 or len(kept) == _COMPARED:
            break
        if not any(
            better.dimensions == each.dimensions and set(better.members) <= set(each.members)
            for better in kept
        ):
            kept.append(each)
    return kept


def _causes(leaves: Leaves, candidate: Candidate) -> tuple[dict[str, str], ...]:
    return tuple(
        {
            leaves.dimensions[place]: leaves.members[place][code]
            for place, code in zip(candidate.dimensions, row, strict=True)
        }
        for row in candidate.members
    )


def _contrast(leaves: Leaves, candidate: Candidate) -> float:
    """χ² of the shift inside against outside, as unsure as leaves outside truly differ."""
    tells = np.isfinite(leaves.variance)
    inside = candidate.inside(leaves) & tells
    outside = tells & ~inside
    shift = leaves.shift / leaves.kept
    variance = np.where(tells, leaves.variance, 1.0)
    usual = true_variance(shift[outside], 1 / variance[outside])
    weight = 1 / (variance + usual)
    means, unsure = [], 0.0
    for leaf in (inside, outside):
        means.append(mean(shift[leaf], weight[leaf]))
        unsure += 1 / float(weight[leaf].sum())
    return (means[0] - means[1]) ** 2 / unsure


def _tail(chi: float) -> float:
    """Probability that χ² with one degree of freedom exceeds a value."""
    return math.erfc(math.sqrt(max(chi, 0.0) / 2))
