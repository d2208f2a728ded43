"""Leads: who asked, through which channel, and whether there was something to it."""

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.days import Days
from generator.organisation import Organisation
from generator.profile import CHANNELS, QUALIFICATION, TEAMS
from generator.randomness import FloatArray, even, normal, pick

GROWTH = 1.06
"""Growth of leads a year."""


def arrivals(
    rng: Generator, index: FloatArray, per_day: float, week: np.ndarray | None = None
) -> np.ndarray:
    """Positions at which something arrives that comes `per_day` × index times a working day.

    Arrivals are nearly evenly spaced; with `week` (a number per position) each week has a mood.
    """
    rate = index * per_day
    if week is not None:
        moods = 1 + 0.035 * rng.standard_normal(int(week.max()) + 1)
        rate = rate * moods[week]
    edges = np.concatenate([[0.0], np.cumsum(rate)])
    marks = np.arange(int(edges[-1])) + rng.random(int(edges[-1]))
    return np.clip(np.searchsorted(edges, marks, side="right") - 1, 0, len(index) - 1)


def make_leads(
    rng: Generator, days: Days, organisation: Organisation, scale: float
) -> pl.DataFrame:
    """One row per lead, sorted by team and day; `lead` numbers them."""
    index = GROWTH ** days.growth[: days.past]
    week = (days.calendar[: days.past] - days.calendar[0] + 7) // 7
    parts = []
    for number, team in enumerate(TEAMS):
        at = arrivals(rng, index, team.leads * scale * 52 / 250, week)
        size = len(at)
        channel = pick(np.tile(team.channel_mix, (size, 1)), even(rng, size, 0))
        order = np.lexsort((at, channel))
        is_qualified = np.zeros(size, dtype=bool)
        chance = QUALIFICATION[channel[order]].cumsum() + rng.random()
        is_qualified[order] = np.floor(chance) > np.floor(np.concatenate([[0.0], chance[:-1]]))
        parts.append(
            pl.DataFrame(
                {
                    "team": np.full(size, number),
                    "position": at,
                    "channel": channel,
                    "line": pick(np.tile(team.line_mix, (size, 1)), even(rng, size, 1)),
                    "is_qualified": is_qualified,
                    "minute": rng.integers(8 * 60 + 30, 18 * 60, size),
                    "touch_hours": np.exp(1.2 + 0.8 * normal(rng.random(size))),
                }
            )
        )
    leads = pl.concat(parts).with_row_index("lead").cast({"lead": pl.Int64})
    day = days.on(leads["position"].to_numpy())
    reps = organisation.reps_of(leads["team"].to_numpy(), leads["lead"].to_numpy() + 10**6, day)
    return leads.with_columns(pl.Series("day", day), pl.Series("rep", reps))


def channel_name(channels: np.ndarray) -> list[str]:
    """Names of channels by number."""
    return [CHANNELS[int(number)] for number in channels]
