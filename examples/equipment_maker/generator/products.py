"""Products, list prices and unit costs with their history."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from generator.days import Days
from generator.profile import LINES
from generator.randomness import FloatArray, IntArray

PRICE_RISE = 1.02
"""List prices rise a year."""


@dataclass(frozen=True)
class Products:
    """Products by position; prices and costs in RMB, net of tax."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    lines: IntArray
    list_prices: FloatArray
    """At the end."""
    costs: FloatArray
    """Years × products: cost of one in each of the four half-overlapping calendar years."""
    cost_days: IntArray
    """First day of each of these years; the first reaches back to the start."""

    def of_line(self, line: int) -> IntArray:
        """Positions of a line's products."""
        return np.flatnonzero(self.lines == line)


def make_products(rng: Generator, days: Days) -> Products:
    """Draw prices in the band of each line and costs from its margin."""
    codes, names, lines, prices, margins = [], [], [], [], []
    for number, line in enumerate(LINES):
        low, high = line.prices
        for place, name in enumerate(line.products):
            share = (place + float(rng.random())) / len(line.products)
            codes.append(f"P{number + 1}{place + 1:02d}")
            names.append(f"{line.name}·{name}" if line.name not in name else name)
            lines.append(number)
            prices.append(round(low + (high - low) * share, -1))
            margins.append(line.margin + float(rng.uniform(-0.03, 0.03)))
    list_prices = np.array(prices)
    years = (
        np.arange("1970", "2100", dtype="datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    )
    first = int(np.searchsorted(years, days.start, side="right")) - 1
    last = int(np.searchsorted(years, days.end, side="right")) - 1
    cost_days = years[first : last + 1].astype(np.int64)
    age = np.arange(len(cost_days))[::-1]
    base = list_prices * 0.93 * (1 - np.array(margins))
    costs = np.round(base[None, :] / PRICE_RISE ** age[:, None], 2)
    return Products(tuple(codes), tuple(names), np.array(lines), list_prices, costs, cost_days)
