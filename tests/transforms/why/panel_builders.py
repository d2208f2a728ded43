"""Panels of generated series: what a place and the places like it did week by week."""

import numpy as np

from transforms.catalogue import Measure
from transforms.why.panels import WEEKS, Panel, Series

MEASURE = Measure("fact", how="count")


def quiet(generator: np.random.Generator, units: int, count: int = 12, keep: float = 0.5) -> Panel:
    """Counts and shares of so many units, each with a level, a drift and noise of its own.

    All share their season. Every second series is a share of a count.
    """
    numerators, denominators = {}, {}
    weeks = np.arange(WEEKS)
    for number in range(count):
        drift = np.zeros((units, WEEKS))
        fresh = generator.normal(scale=0.1, size=(units, WEEKS))
        for week in range(1, WEEKS):
            drift[:, week] = keep * drift[:, week - 1] + fresh[:, week]
        season = 1 + 0.2 * np.sin(2 * np.pi * weeks / 52 + generator.uniform(0, 6))
        level = generator.uniform(2, 60, size=(units, 1))
        cases = generator.poisson(level * season * np.exp(drift))
        numerators[f"s{number}"] = cases.astype(float)
        if number % 2:
            denominators[f"s{number}"] = cases.astype(float)
            numerators[f"s{number}"] = generator.binomial(cases, 0.4).astype(float)
    names = tuple((f"渠道{unit}",) for unit in range(units))
    return Panel(("channel",), names, 0, numerators, denominators)


def series(panel: Panel) -> tuple[Series, ...]:
    """The series of a panel."""
    return tuple(
        Series(
            code,
            "metric",
            "share" if code in panel.denominators else "count",
            MEASURE,
            MEASURE if code in panel.denominators else None,
        )
        for code in panel.numerators
    )
