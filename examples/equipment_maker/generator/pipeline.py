"""Opportunities: opened at a steady rate, won or lost after about sixty days."""

from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.customers import Customers
from generator.days import Days
from generator.leads import arrivals
from generator.profile import SEGMENT_SIZE, TEAMS, WIN, Team
from generator.randomness import BoolArray, FloatArray, IntArray, even, normal, pick

STAGES: Final = ("线索挖掘", "需求确认", "方案呈现", "谈判")
WON, LOST = "成交", "输单"
_GROWTH: Final = 1.08
"""Growth of the number of opportunities a year; their size grows by the rest of 12 %."""
_SIZE_GROWTH: Final = 1.12 / 1.08
_LOST_IN: Final = np.array([[0.15, 0.30, 0.30, 0.25]])
"""Stage in which a lost deal was lost."""
REASONS: Final = (
    "价格偏高",
    "方案不匹配",
    "交期不满足",
    "客户预算取消",
    "竞品关系",
    "技术指标不达标",
)


def _amounts(rng: Generator, deals: pl.DataFrame, days: Days) -> FloatArray:
    """Net value in RMB: the team's mean, the segment's size, a lognormal spread.

    The wins of a team are large and small in turn, so that no quarter has the large ones alone.
    """
    segment, teams = deals["segment"].to_numpy(), deals["team"].to_numpy()
    share = rng.random(deals.height)
    won = deals.with_row_index("row").filter("is_won").sort("team", "closed", "deal")
    share[won["row"].to_numpy()] = even(rng, won.height, 5)
    spread = np.exp(0.35 * normal(share) - 0.35**2 / 2)
    means = np.array([team.deal_size / _segment_mean(team) for team in TEAMS])
    years = days.growth[np.minimum(deals["closed"].to_numpy(), days.past)]
    amount = means[teams] * SEGMENT_SIZE[segment] * spread * _SIZE_GROWTH**years
    return np.asarray(np.round(amount, -2))


def _segment_mean(team: Team) -> float:
    return float(team.segment_mix * WIN @ SEGMENT_SIZE) / float(team.segment_mix @ WIN)


def is_won_in_turn(closed: IntArray, chance: FloatArray, start: float) -> BoolArray:
    """Decide who wins so that in any stretch of time the wins are near what was to be expected."""
    order = np.lexsort((np.arange(len(closed)), closed))
    total = start + np.cumsum(chance[order])
    won = np.zeros(len(closed), dtype=bool)
    won[order] = np.floor(total) > np.floor(np.concatenate([[start], total[:-1]]))
    return won


def _won_by_team(deals: pl.DataFrame, is_won: BoolArray) -> BoolArray:
    """Let known customers win where their team is behind, given the wins of new ones.

    Neither a team nor one of its segments or lines strays far from its expectation.
    """
    won = is_won.copy()
    teams, segments, wishes = (deals[name].to_numpy() for name in ("team", "segment", "wish"))
    is_new, chance = deals["is_new"].to_numpy(), WIN[segments]
    lines = deals["line"].to_numpy()
    behind: dict[tuple[str, int, int], float] = {}
    for row in np.lexsort((deals["closed"].to_numpy(), teams)).tolist():
        team = int(teams[row])
        keys = (
            ("team", team, 0),
            ("segment", team, int(segments[row])),
            ("line", team, int(lines[row])),
        )
        for key in keys:
            behind[key] = behind.get(key, -float(wishes[row])) + float(chance[row])
        if not is_new[row]:
            won[row] = 2 * behind[keys[0]] + behind[keys[1]] + behind[keys[2]] > 0
        for key in keys:
            behind[key] -= float(won[row])
    return won


def make_deals(rng: Generator, days: Days, customers: Customers, scale: float) -> pl.DataFrame:
    """One row per opportunity by `deal`; new ones have the account numbers after `customers`."""
    horizon = days.past
    index = _GROWTH ** days.growth[:horizon]
    parts = []
    for number, team in enumerate(TEAMS):
        created = arrivals(rng, index, team.deals * scale * 52 / 250)
        size = len(created)
        segment = pick(np.tile(team.segment_mix, (size, 1)), even(rng, size, 2))
        length = 36 * np.exp(0.45 * normal(even(rng, size, 6)))
        closed = created + np.maximum(8, np.round(length)).astype(np.int64)
        is_new = even(rng, size, 4) < team.new_share
        parts.append(
            pl.DataFrame(
                {
                    "team": np.full(size, number),
                    "segment": segment,
                    "line": pick(np.tile(team.line_mix, (size, 1)), even(rng, size, 3)),
                    "is_new": is_new,
                    "created": created,
                    "closed": closed,
                    "wish": rng.random(size),
                    "lost_in": pick(np.tile(_LOST_IN, (size, 1)), rng.random(size)),
                }
            )
        )
    deals = pl.concat(parts).with_row_index("deal").cast({"deal": pl.Int64})
    is_new, closed = deals["is_new"].to_numpy(), deals["closed"].to_numpy()
    is_won = np.zeros(deals.height, dtype=bool)
    chance = WIN[deals["segment"].to_numpy()[is_new]]
    is_won[is_new] = is_won_in_turn(closed[is_new], chance, float(rng.random()))
    deals = deals.with_columns(pl.Series("is_won", _won_by_team(deals, is_won)))
    deals = deals.with_columns(pl.Series("amount", _amounts(rng, deals, days)))
    return _with_accounts(deals, customers)


def _with_accounts(deals: pl.DataFrame, customers: Customers) -> pl.DataFrame:
    """Give each new deal a prospect and each other one a customer of its team, large ones first."""
    is_new = deals["is_new"].to_numpy()
    account = np.zeros(deals.height, dtype=np.int64)
    account[is_new] = customers.size + np.arange(int(is_new.sum()))
    teams, created, wish = (deals[name].to_numpy() for name in ("team", "created", "wish"))
    won = is_new & deals["is_won"].to_numpy()
    closed = deals["closed"].to_numpy()
    for number in range(len(TEAMS)):
        known = np.flatnonzero((customers.teams == number) & (customers.ends > 10**5))
        later = np.flatnonzero(won & (teams == number))
        later = later[np.argsort(closed[later], kind="stable")]
        pool = np.concatenate([known, account[later]])
        since = np.concatenate([np.zeros(len(known), dtype=np.int64), closed[later] + 40])
        mine = np.flatnonzero(~is_new & (teams == number))
        there = np.searchsorted(since, created[mine], side="right")
        account[mine] = pool[(wish[mine] ** 1.4 * there).astype(np.int64)]
    return deals.with_columns(pl.Series("account", account))


def with_leads(deals: pl.DataFrame, leads: pl.DataFrame, customers: Customers) -> pl.DataFrame:
    """Link each new deal to a qualified lead of its team some days older; take the lead's channel.

    Other deals come through the channel of their customer. `lead` is -1 where there is none.
    """
    lead = np.full(deals.height, -1, dtype=np.int64)
    channel = np.zeros(deals.height, dtype=np.int64)
    is_new = deals["is_new"].to_numpy()
    teams, created, account = (deals[name].to_numpy() for name in ("team", "created", "account"))
    for number in range(len(TEAMS)):
        good = leads.filter((pl.col("team") == number) & pl.col("is_qualified"))
        good = good.sort("position", "lead")
        numbers, channels = good["lead"].to_numpy(), good["channel"].to_numpy()
        mine = np.flatnonzero(is_new & (teams == number))
        at = np.searchsorted(good["position"].to_numpy(), created[mine] - 6)
        at = np.maximum.accumulate(at - np.arange(len(at))) + np.arange(len(at))
        at = np.minimum(at, len(numbers) - 1)
        lead[mine], channel[mine] = numbers[at], channels[at]
    old = ~is_new
    base = np.concatenate([customers.channels, np.zeros(int(is_new.sum()), dtype=np.int64)])
    base[account[is_new]] = channel[is_new]
    channel[old] = base[account[old]]
    return deals.with_columns(pl.Series("lead", lead), pl.Series("channel", channel))
