"""Customers that the company had when the exports begin: who they are and how much they buy."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.days import Days
from generator.people import company_names
from generator.profile import CHANNELS, LINES, REGIONS, TEAMS
from generator.randomness import BoolArray, FloatArray, IntArray

_AT_THE_START: Final = 440
_NEVER: Final = 10**6
LOST_REASONS: Final = ("转向竞品", "停产或搬迁", "价格", "服务响应慢", "项目终止")


@dataclass(frozen=True)
class Customers:
    """Accounts by number; first those of the start, then one prospect per deal with a new one."""

    teams: IntArray
    weights: FloatArray
    """Size of its repeat business against the team's mean."""
    channels: IntArray
    lines: FloatArray
    """Accounts × product lines: shares of what it buys."""
    created: IntArray
    """Position of the day the record was made."""
    starts: IntArray
    """Position from which it places repeat orders; `_NEVER` for a prospect."""
    ends: IntArray
    """Position at which it stops; `_NEVER` while it goes on."""
    is_new: BoolArray
    """Came as a lead, after the start."""
    faces: pl.DataFrame
    """name, city, region, industry by account."""

    @property
    def size(self) -> int:
        """Number of accounts."""
        return len(self.teams)

    def named(self, account: int, name: str) -> "Customers":
        """Give one account another name."""
        names = self.faces["name"].to_list()
        names[account] = name
        return replace(self, faces=self.faces.with_columns(pl.Series("name", names)))


def _faces(rng: Generator, teams: IntArray) -> pl.DataFrame:
    roaming = {"大客户部", "经销商部", "线上部"}
    drawn = rng.integers(len(REGIONS), size=len(teams))
    regions = [
        REGIONS[int(number)] if TEAMS[int(team)].name in roaming else TEAMS[int(team)].region
        for team, number in zip(teams, drawn, strict=True)
    ]
    rows = company_names(rng, regions)
    frame = pl.DataFrame(rows, schema=["name", "city", "industry"], orient="row")
    return frame.with_columns(pl.Series("region", regions))


def _mixes(rng: Generator, teams: IntArray) -> FloatArray:
    """Shares of what each customer buys: few lines each, the team's mix in all."""
    mixes = np.zeros((len(teams), len(LINES)))
    for number, team in enumerate(TEAMS):
        mine = np.flatnonzero(teams == number)
        drawn = rng.dirichlet(team.line_mix * (90 if team.lines else 9), len(mine))
        least = 0.08 if team.lines else 0.24
        drawn[(drawn < least) & (drawn < drawn.max(axis=1, keepdims=True))] = 0
        mixes[mine] = drawn / drawn.sum(axis=1, keepdims=True)
    return mixes


def make_customers(rng: Generator, days: Days, scale: float) -> Customers:
    """Customers of the start: a few large and many small ones in each team (Pareto)."""
    size = np.array([team.sales**0.7 for team in TEAMS])
    counts = np.maximum(6, np.round(_AT_THE_START * scale * size / size.sum())).astype(int)
    teams = np.repeat(np.arange(len(TEAMS)), counts)
    ranks = np.concatenate([np.arange(count) for count in counts])
    weights = (ranks + 3.0) ** -0.8 * np.exp(0.15 * rng.standard_normal(len(teams)))
    for number in range(len(TEAMS)):
        weights[teams == number] /= weights[teams == number].mean()
    own = np.array([CHANNELS.index(team.orders_through) for team in TEAMS])[teams]
    other = rng.integers(len(CHANNELS), size=len(teams))
    age = rng.integers(0, 120, len(teams))
    is_lost = (ranks > counts[teams] * 0.4) & (rng.random(len(teams)) < 0.25)
    ends = np.where(
        is_lost, rng.integers(days.position(days.start) + 80, days.past - 190, len(teams)), _NEVER
    )
    return Customers(
        teams=teams,
        weights=weights,
        channels=np.where(rng.random(len(teams)) < 0.8, own, other),
        lines=_mixes(rng, teams),
        created=age,
        starts=np.zeros(len(teams), dtype=np.int64),
        ends=ends,
        is_new=np.zeros(len(teams), dtype=bool),
        faces=_faces(rng, teams),
    )


def with_prospects(rng: Generator, customers: Customers, deals: pl.DataFrame) -> Customers:
    """Add the prospect of every deal with a new one, by `account`; half of the won buy again."""
    new = deals.filter("is_new").sort("account")
    teams = new["team"].to_numpy()
    weights = 0.45 * np.exp(0.5 * rng.standard_normal(len(teams)))
    lines = _mixes(rng, teams)
    faces = _faces(rng, np.concatenate([customers.teams, teams]))
    comes_back = new["is_won"].to_numpy() & (rng.random(len(teams)) < 0.5)
    starts = np.where(comes_back, new["closed"].to_numpy() + 30, _NEVER)
    return Customers(
        teams=np.concatenate([customers.teams, teams]),
        weights=np.concatenate([customers.weights, weights]),
        channels=np.concatenate([customers.channels, new["channel"].to_numpy()]),
        lines=np.concatenate([customers.lines, lines]),
        created=np.concatenate([customers.created, new["created"].to_numpy()]),
        starts=np.concatenate([customers.starts, starts]),
        ends=np.concatenate([customers.ends, np.full(len(teams), _NEVER)]),
        is_new=np.concatenate([customers.is_new, np.ones(len(teams), dtype=bool)]),
        faces=faces,
    )
