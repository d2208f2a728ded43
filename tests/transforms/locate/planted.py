"""A generator of sales by segment and week, with one change planted in the last week, or none."""

from dataclasses import dataclass
from itertools import combinations, product
from typing import Final, Literal

import numpy as np
import polars as pl

Kind = Literal["count", "amount", "win_rate", "order_value"]
KINDS: Final[tuple[Kind, ...]] = ("count", "amount", "win_rate", "order_value")
FACTORS: Final[dict[Kind, tuple[float, ...]]] = {
    "count": (0.0, 0.3, 0.5, 0.7, 1.6, 2.2),
    "amount": (0.0, 0.3, 0.5, 0.7, 1.6, 2.2),
    "win_rate": (0.0, 0.3, 0.5, 0.7, 1.5, 2.0),
    "order_value": (0.5, 0.6, 0.7, 1.4, 1.7, 2.0),
}
NAMES: Final = ("region", "product", "channel", "segment", "rep")
WEEKS: Final = 9
LEAST_CHANGE: Final = 0.1
"""Of the whole: below, there is nothing to explain."""
MOST_COVERED: Final = 0.6

Cause = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Planted:
    """Rows of `WEEKS` weeks, and what happened in the last one."""

    rows: pl.DataFrame
    dimensions: tuple[str, ...]
    is_ratio: bool
    causes: frozenset[Cause]
    factor: float


def planted(seed: int, kind: Kind, *, is_quiet: bool = False) -> Planted:
    """Draw a company and plant one change: lost, less, more, or (of sums) new segments."""
    random = np.random.default_rng(seed)
    names = NAMES[: int(random.integers(3, 6))]
    sizes = [int(random.integers(2, 8)) for _ in names]
    every = list(product(*[range(size) for size in sizes]))
    share = min(1.0, 500 / len(every)) * random.uniform(0.6, 1.0)
    leaves = np.array([leaf for leaf in every if random.random() < share] or every)
    liked = [random.dirichlet(np.full(size, 2.0)) for size in sizes]
    volume = np.prod([liked[place][leaves[:, place]] for place in range(len(names))], axis=0)
    volume *= random.lognormal(0, 0.5, len(leaves))
    volume *= random.choice((300, 1000, 4000, 15000)) / volume.sum()
    cuts: list[Cut] = []
    inside, factor = np.zeros(len(leaves), dtype=bool), 1.0
    if not is_quiet:
        cuts, inside, factor = _plant(random, leaves, volume, kind)
    rows = _weeks(random, volume, inside, factor, kind)
    columns = {
        name: pl.Series([f"{name}{code}" for code in leaves[:, place]] * WEEKS)
        for place, name in enumerate(names)
    }
    causes = frozenset(
        frozenset((names[place], f"{names[place]}{code}") for place, code in cut) for cut in cuts
    )
    frame = pl.DataFrame(columns | rows).filter(pl.col("denominator") > 0)
    is_ratio = kind in {"win_rate", "order_value"}
    return Planted(frame, names, is_ratio, causes, factor)


Cut = tuple[tuple[int, int], ...]


def _plant(
    random: np.random.Generator, leaves: np.ndarray, volume: np.ndarray, kind: Kind
) -> tuple[list[Cut], np.ndarray, float]:
    while True:
        count = int(random.integers(1, min(3, leaves.shape[1]) + 1))
        places = sorted(random.choice(leaves.shape[1], count, replace=False))
        chosen = random.choice(len(leaves), 2 if random.random() < 0.2 else 1, replace=False)
        cuts = [tuple((int(p), int(leaves[leaf, p])) for p in places) for leaf in chosen]
        inside = np.any([_covered(leaves, cut) for cut in cuts], axis=0)
        factor = float(random.choice(FACTORS[kind]))
        covered = volume[inside].sum() / volume.sum()
        change = covered * abs(factor - 1)
        if change >= LEAST_CHANGE and covered <= MOST_COVERED and _is_plain(leaves, cuts):
            return cuts, inside, factor


def _covered(leaves: np.ndarray, cut: Cut) -> np.ndarray:
    covered: np.ndarray = np.logical_and.reduce([leaves[:, place] == code for place, code in cut])
    return covered


def _is_plain(leaves: np.ndarray, cuts: list[Cut]) -> bool:
    """Whether no shorter name means the same leaves, and no two combinations are neighbours."""
    for cut in cuts:
        rows = _covered(leaves, cut).sum()
        if any(
            _covered(leaves, part).sum() == rows
            for count in range(1, len(cut))
            for part in combinations(cut, count)
        ):
            return False
    return len(set(cuts)) == len(cuts)


def _weeks(
    random: np.random.Generator, volume: np.ndarray, inside: np.ndarray, factor: float, kind: Kind
) -> dict[str, pl.Series]:
    price = random.lognormal(8, 0.6, len(volume))
    rate = random.beta(4, 8, len(volume))
    weeks, numerators, denominators = [], [], []
    for week in range(1, WEEKS + 1):
        changed = np.where(inside & (week == WEEKS), factor, 1.0)
        due = volume * random.lognormal(0, 0.05) * random.gamma(50, 1 / 50, len(volume))
        orders = random.poisson(due * (changed if kind in {"count", "amount"} else 1.0))
        level = changed if kind == "order_value" else 1.0
        amount = random.gamma(np.maximum(orders, 1) * 2.0) / 2 * price * level * (orders > 0)
        won = random.binomial(orders, np.minimum(rate * changed, 0.95))
        numerator = {"count": orders, "win_rate": won}.get(kind, amount)
        is_sum = kind in {"count", "amount"}
        weeks.append(np.full(len(volume), week))
        numerators.append(numerator.astype(float))
        denominators.append(np.ones(len(volume)) if is_sum else orders.astype(float))
    return {
        "period": pl.Series(np.concatenate(weeks)),
        "numerator": pl.Series(np.concatenate(numerators)),
        "denominator": pl.Series(np.concatenate(denominators)),
    }
