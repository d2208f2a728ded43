"""Visits: how many, how many of them good, and how deep the needs were explored."""

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.customers import Customers
from generator.days import Days
from generator.leads import arrivals
from generator.organisation import Organisation
from generator.profile import TEAMS
from generator.randomness import even

A_WEEK = 9.0
"""Visits a seat and week."""
EFFECTIVE = 0.62
DISCOVERY = 0.40
DEPTH = 0.70
"""Share of the core questions answered in a discovery visit."""


def make_visits(
    rng: Generator, days: Days, customers: Customers, organisation: Organisation, scale: float
) -> pl.DataFrame:
    """One row per visit, sorted by team and day; answered is -1 where needs were not explored."""
    index = np.ones(days.past)
    week = (days.calendar[: days.past] - days.calendar[0] + 7) // 7
    parts = []
    for number, team in enumerate(TEAMS):
        at = arrivals(rng, index, A_WEEK * team.seats * scale * 52 / 250, week)
        size = len(at)
        mine = np.flatnonzero(customers.teams == number)
        known = np.searchsorted(np.sort(customers.created[mine]), at + 1)
        pool = mine[np.argsort(customers.created[mine], kind="stable")]
        share = rng.random(size) ** 1.2
        is_discovery = even(rng, size, 8) < DISCOVERY
        answered = (rng.random((size, 3)) < DEPTH).sum(axis=1)
        parts.append(
            pl.DataFrame(
                {
                    "team": np.full(size, number),
                    "position": at,
                    "account": pool[(share * np.maximum(known, 1)).astype(np.int64)],
                    "turn": rng.integers(10**6, size=size),
                    "is_effective": even(rng, size, 9) < EFFECTIVE,
                    "is_discovery": is_discovery,
                    "answered": np.where(is_discovery, answered, -1),
                    "minute": rng.integers(16 * 60, 17 * 60 + 25, size),
                    "kind": rng.choice(
                        np.array(["上门拜访", "线上会议", "展厅接待"]), size, p=[0.7, 0.2, 0.1]
                    ),
                }
            )
        )
    visits = pl.concat(parts).with_row_index("visit").cast({"visit": pl.Int64})
    day = days.on(visits["position"].to_numpy())
    reps = organisation.reps_of(visits["team"].to_numpy(), visits["turn"].to_numpy() + 10**7, day)
    return visits.with_columns(pl.Series("day", day), pl.Series("rep", reps)).filter(
        pl.col("day") >= days.start
    )
