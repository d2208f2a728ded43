"""A generator of companies: sixty weeks of every fact that a chain may lead through.

Three regions, six teams, eighteen reps, five lines, five channels, four customer segments; cells of
unequal size, customers by Zipf's law, weeks that are better for a team and come back in its sales
some weeks later, noise between and beyond days. One story is planted from the first day of the
quarter, or none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.transforms.why.builders import AS_OF, QUARTER
from transforms.tables.facts import FACTS

WEEKS: Final = 60
FIRST: Final = AS_OF - timedelta(days=7 * WEEKS - 1)
DAYS: Final = 7 * WEEKS
STARTS: Final = (QUARTER - FIRST).days
"""Day of the quarter's start, counted from the first."""

TEAMS: Final = ("华东一部", "华东二部", "华南一部", "华南二部", "华北一部", "华北二部")
REGIONS: Final = ("华东", "华东", "华南", "华南", "华北", "华北")
LINES: Final = ("输送系统", "包装机械", "智能检测", "备件耗材", "新能源装备")
CHANNELS: Final = ("直销", "经销商", "线上商城", "行业联盟", "展会")
SEGMENTS: Final = ("集团", "成长", "初创", "公共")
REPS: Final = tuple(f"R{number:02}" for number in range(3 * len(TEAMS)))
PRODUCTS: Final = 4

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Members = Mapping[str, str]


@dataclass(frozen=True)
class Plant:
    """What changes in one segment from the first day of the quarter."""

    story: str | None = None
    members: Members = field(default_factory=dict)
    factor: float = 1.0
    """Of the quantity of the story; 0 where it is lost."""
    before: float = 1.0
    """Its factor before the quarter; 0 where the segment is new."""
    lag: int = 0
    """Weeks that the process leads by."""
    process: float = 1.0
    """Factor of the process metric in the segment, `lag` weeks before."""


@dataclass(frozen=True)
class Cells:
    """Every combination of rep, line, channel and customer segment, and how large it is."""

    frame: pl.DataFrame
    size: Floats

    def inside(self, members: Members) -> npt.NDArray[np.bool_]:
        """Which cells a segment holds; none where nothing is planted."""
        found = np.full(len(self.size), bool(members))
        for name, member in members.items():
            found &= (self.frame[name] == member).to_numpy()
        return found


def cells(random: np.random.Generator) -> Cells:
    """Draw how a company's business is spread."""
    places = np.stack(np.meshgrid(*(np.arange(n) for n in (18, 5, 5, 4)), indexing="ij"), -1)
    rep, line, channel, segment = places.reshape(-1, 4).T
    size = np.ones(len(rep))
    for place, count, spread in (
        (rep, 18, 3.0),
        (line, 5, 1.5),
        (channel, 5, 1.5),
        (segment, 4, 2),
    ):
        size = size * random.dirichlet(np.full(count, spread))[place]
    # Channels and lines of one rep go together: nobody sells everything everywhere.
    size *= random.lognormal(0, 1.0, (18, 5, 5))[rep, line, channel]
    names = {
        "region": [REGIONS[each // 3] for each in rep],
        "team": [TEAMS[each // 3] for each in rep],
        "rep": [REPS[each] for each in rep],
        "product_line": [LINES[each] for each in line],
        "channel": [CHANNELS[each] for each in channel],
        "segment": [SEGMENTS[each] for each in segment],
    }
    return Cells(pl.DataFrame(names), size / size.sum())


@dataclass(frozen=True)
class Company:
    """What all facts of one company share."""

    random: np.random.Generator
    cells: Cells
    plant: Plant
    pace: Floats
    """Team × week: how much better a week is, in its process; its result follows `lag` later."""
    noise: float
    """Shape of the gamma law of a cell's week; small is wild."""

    def counts(self, per_week: float, *, is_process: bool, factor: float) -> tuple[Ints, Ints]:
        """Draw events: the cell and the day of each, the planted factor applied to their number."""
        shape = (WEEKS, len(self.cells.size))
        team = np.array([TEAMS.index(name) for name in self.cells.frame["team"]])
        lag = 0 if is_process else self.plant.lag
        due = per_week * self.cells.size * np.roll(self.pace, lag, axis=1)[team].T
        due = due * self.random.gamma(self.noise, 1 / self.noise, shape)
        daily = np.repeat(due / 7, 7, axis=0) * self.changed(factor, is_process=is_process)
        day, cell = np.nonzero(events := self.random.poisson(daily))
        times = events[day, cell]
        return np.repeat(cell, times), np.repeat(day, times)

    def changed(self, factor: float, *, is_process: bool = False) -> Floats:
        """Day × cell: the factor inside the segment from the quarter on, a process earlier."""
        starts = STARTS - (7 * self.plant.lag if is_process else 0)
        inside = self.cells.inside(self.plant.members)
        before = 1.0 if is_process or factor == 1.0 else self.plant.before
        by_day = np.where(np.arange(DAYS) >= starts, factor, before)
        return np.where(inside[None], by_day[:, None], 1.0)

    def factor(self, *stories: str) -> float:
        """The planted factor where the story is one of these, else 1."""
        return self.plant.factor if self.plant.story in stories else 1.0

    def at(self, factors: Floats, drawn: tuple[Ints, Ints]) -> Floats:
        """The factor of each event."""
        cell, day = drawn
        return factors[day, cell]


def facts(
    random: np.random.Generator, plant: Plant, spread: Cells, size: float, noise: float
) -> dict[str, pl.LazyFrame]:
    """Every fact of one company; those that no chain needs are empty."""
    pace = random.lognormal(0, 0.15, (len(TEAMS), WEEKS))
    company = Company(random, spread, plant, pace, noise)
    deals, first_orders = _deals(company, 24 * size)
    made = {
        "sale": pl.concat([_sales(company, 60 * size), first_orders]),
        "visit": _visits(company, 90 * size),
        "lead_created": _leads(company, 50 * size),
        "proposal_submitted": _proposals(company, 40 * size),
        "deal_closed": deals,
    }
    return {
        name: (made[name] if name in made else contract.create_empty()).lazy()
        for name, contract in FACTS.items()
    }


def _on(days: Ints) -> pl.Series:
    """The dates of days counted from the first."""
    return pl.Series(np.datetime64(FIRST) + days).cast(pl.Date)


def _frame(
    company: Company, name: str, drawn: tuple[Ints, Ints], more: dict[str, Any]
) -> pl.DataFrame:
    cell, day = drawn
    types = {code: column.dtype for code, column in FACTS[name].columns().items()}
    rows = company.cells.frame[cell].with_columns(occurred_on=_on(day), **more)
    missing = [
        pl.lit(None, dtype=kind).alias(c) for c, kind in types.items() if c not in rows.columns
    ]
    return rows.with_columns(missing).select(pl.col(c).cast(kind) for c, kind in types.items())


def _customers(company: Company, drawn: tuple[Ints, Ints]) -> Ints:
    """One of three customers of the cell's rep and channel for each event; one buys most."""
    pair = drawn[0] // 100 * 5 + drawn[0] // 4 % 5
    rank = np.minimum(company.random.zipf(1.6, len(pair)) - 1, 2)
    return pair * 3 + rank


def _sales(company: Company, orders: float) -> pl.DataFrame:
    random = company.random
    factor = company.factor("existing_volume")
    drawn = company.counts(orders, is_process=False, factor=factor)
    account = _customers(company, drawn)
    is_gone = company.at(company.changed(0.0), drawn) == 0
    if company.plant.story == "lost_customers":
        # Whole customers leave, as many of those of the segment as the factor says.
        leaves = random.random(account.max() + 1) > company.plant.factor
        kept = ~(is_gone & leaves[account])
        drawn, account = (drawn[0][kept], drawn[1][kept]), account[kept]
    product = random.integers(0, PRODUCTS, len(account))
    line = drawn[0] // 20 % 5
    price = random.uniform(2_000, 9_000, (5, PRODUCTS))[line, product]
    price = price * random.uniform(0.95, 1.05, len(price))
    price = price * company.at(company.changed(company.factor("existing_price")), drawn)
    pieces = np.maximum(1, np.round(random.lognormal(1.0, 0.6, len(price))))
    return _frame(
        company,
        "sale",
        drawn,
        {
            "account_id": pl.Series([f"K{each}" for each in account]),
            "order_id": pl.Series([f"O{each}" for each in range(len(account))]),
            "product_id": pl.Series([f"{a}-{b}" for a, b in zip(line, product, strict=True)]),
            "document_kind": pl.lit("sale"),
            "quantity": pl.Series(pieces),
            "net_amount": pl.Series(pieces * price).round(2),
            "first_ordered_on": pl.lit(date(2020, 1, 1)),
        },
    )


def _visits(company: Company, visits: float) -> pl.DataFrame:
    is_cause = company.plant.story == "existing_volume"
    factor = company.plant.process if is_cause else 1.0
    drawn = company.counts(visits, is_process=True, factor=factor)
    count = len(drawn[0])
    return _frame(
        company,
        "visit",
        drawn,
        {
            "activity_id": pl.Series([f"V{each}" for each in range(count)]),
            "is_effective": pl.Series(company.random.random(count) < 0.7),
            "account_id": pl.Series([f"K{each}" for each in _customers(company, drawn)]),
        },
    )


def _leads(company: Company, leads: float) -> pl.DataFrame:
    random = company.random
    drawn = company.counts(leads, is_process=True, factor=company.factor("leads"))
    count = len(drawn[0])
    share = 0.6 * company.at(company.changed(company.factor("qualification_rate")), drawn)
    slow = company.plant.process if company.plant.story == "qualification_rate" else 1.0
    hours = random.lognormal(2.2, 0.5, count)
    hours = hours * company.at(company.changed(slow, is_process=True), drawn)
    return _frame(
        company,
        "lead_created",
        drawn,
        {
            "lead_id": pl.Series([f"L{each}" for each in range(count)]),
            "is_qualified": pl.Series(random.random(count) < share),
            "response_hours": pl.Series(hours),
        },
    )


def _proposals(company: Company, proposals: float) -> pl.DataFrame:
    is_cause = company.plant.story == "win_rate"
    drawn = company.counts(proposals, is_process=True, factor=1.0)
    worse = company.changed(company.plant.process if is_cause else 1.0, is_process=True)
    count = len(drawn[0])
    return _frame(
        company,
        "proposal_submitted",
        drawn,
        {
            "proposal_id": pl.Series([f"P{each}" for each in range(count)]),
            "is_complete": pl.Series(company.random.random(count) < 0.7 * company.at(worse, drawn)),
        },
    )


def _deals(company: Company, deals: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Closed deals, and the first orders of customers won by them."""
    random = company.random
    cell, day = company.counts(deals, is_process=False, factor=company.factor("new_customers"))
    count = len(cell)
    share = 0.35 * company.at(company.changed(company.factor("win_rate")), (cell, day))
    is_won = random.random(count) < share
    closed = {
        "opportunity_id": pl.Series([f"D{each}" for each in range(count)]),
        "is_won": pl.Series(is_won),
    }
    won = (cell[is_won], day[is_won])
    numbers = np.flatnonzero(is_won)
    orders = {
        "account_id": pl.Series([f"N{each}" for each in numbers]),
        "order_id": pl.Series([f"F{each}" for each in numbers]),
        "product_id": pl.Series([f"{each // 20 % 5}-0" for each in won[0]]),
        "document_kind": pl.lit("sale"),
        "quantity": pl.lit(1),
        "net_amount": pl.Series(random.lognormal(10.2, 0.5, len(numbers))).round(2),
        "first_ordered_on": _on(won[1]),
    }
    frame = _frame(company, "deal_closed", (cell, day), closed)
    return frame, _frame(company, "sale", won, orders)
