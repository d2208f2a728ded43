"""Targets as a sensible planner sets them: last year's run, growth, season and working days.

The planner knows the company without stories: the level of each team over the 52 weeks before
the quarter, carried forward with the growth and season that the company is known to have, with
some ambition and a little error of judgement on top.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.days import Days, to_date
from generator.finance import PAYMENT_LAG, make_invoices, make_payments
from generator.leads import GROWTH as LEAD_GROWTH
from generator.orders import DEAL, documents
from generator.profile import DIRECTOR, TEAMS
from generator.randomness import FloatArray
from generator.world import World

_DEAL_GROWTH: Final = 1.12
AMBITION: Final = 1.015
JUDGEMENT: Final = 0.012
"""Standard deviation of the planner's error per team and metric."""


@dataclass(frozen=True)
class Target:
    """One target: a metric of a scope in a window, in the metric's unit (money in RMB)."""

    metric: str
    scope_kind: str
    scope: str
    first: int
    last: int
    value: float
    owner: str


def months_of_year(days: Days) -> list[tuple[int, int]]:
    """First and last day of the twelve months of the year of the end."""
    year = to_date(days.end).year
    edges = np.arange(f"{year}-01", f"{year + 1}-02", dtype="datetime64[M]")
    at = edges.astype("datetime64[D]").astype(np.int64).tolist()
    return [(first, following - 1) for first, following in pairwise(at)]


def quarter_start(days: Days) -> int:
    """First day of the quarter of the end."""
    return months_of_year(days)[(to_date(days.end).month - 1) // 3 * 3][0]


def _expected(
    rows: pl.DataFrame, index: FloatArray, days: Days, noise: FloatArray
) -> dict[tuple[int, int], float]:
    """Expected sum by team and month of the year, from rows with team, day and value."""
    cut = quarter_start(days)
    year = days.between(cut - 364, cut - 1)
    level = rows.filter(pl.col("day").is_between(cut - 364, cut - 1))
    sums = dict(level.group_by("team").agg(pl.col("value").sum()).iter_rows())
    shares = [
        float(index[days.between(first, last)].sum() / index[year].sum())
        for first, last in months_of_year(days)
    ]
    return {
        (team, month): float(sums.get(team, 0.0)) * share * AMBITION * float(noise[team])
        for team in range(len(TEAMS))
        for month, share in enumerate(shares)
    }


def _added(*parts: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    return {key: sum(part[key] for part in parts) for key in parts[0]}


def _spread(
    metric: str, expected: dict[tuple[int, int], float], days: Days, unit: float
) -> list[Target]:
    """Targets of the teams rounded to a unit; regions and the company are their sums."""
    months = months_of_year(days)
    found = []
    for month, (first, last) in enumerate(months):
        region_sums: dict[str, float] = {}
        for number, team in enumerate(TEAMS):
            value = max(round(expected[number, month] / unit), 1) * unit
            region_sums[team.region] = region_sums.get(team.region, 0.0) + value
            found.append(Target(metric, "team", team.name, first, last, value, team.manager))
        for region, value in region_sums.items():
            head = next(team.manager for team in TEAMS if team.region == region)
            found.append(Target(metric, "region", region, first, last, value, head))
        total = sum(region_sums.values())
        found.append(Target(metric, "company", "company", first, last, total, DIRECTOR))
    return found


def make_targets(rng: Generator, base: World) -> list[Target]:
    """All targets of the year of the end, from the world without stories."""
    days = base.days
    papers = documents(base.lines, days, base.organisation)
    net = papers.select("team", "day", "stream", (pl.col("net_cents") / 100).alias("value"))
    noise = {
        name: 1 + JUDGEMENT * rng.standard_normal(len(TEAMS))
        for name in ("sales", "cash", "leads", "qualified", "visits")
    }
    deal_index = _DEAL_GROWTH**days.growth
    sales = _added(
        _expected(net.filter(pl.col("stream") != DEAL), days.sales_index, days, noise["sales"]),
        _expected(net.filter(pl.col("stream") == DEAL), deal_index, days, noise["sales"]),
    )
    invoices = make_invoices(papers, days)
    cash = make_payments(invoices, days, base.organisation)
    paid = cash.select("team", "day", (pl.col("cents") / 100).alias("value"))
    lead_index = LEAD_GROWTH**days.growth
    leads = base.leads.select("team", "day", pl.lit(1.0).alias("value"), "is_qualified")
    visits = base.visits.select("team", "day", pl.lit(1.0).alias("value"), "is_effective")
    flat = np.ones(len(days.calendar))
    money = 10_000.0 * max(base.scale, 0.01)
    return [
        *_spread("sales_amount", sales, days, money),
        *_spread(
            "cash_collected",
            _expected(paid, _later(days.sales_index, PAYMENT_LAG), days, noise["cash"]),
            days,
            money,
        ),
        *_spread("leads", _expected(leads, lead_index, days, noise["leads"]), days, 1),
        *_spread(
            "qualified_leads",
            _expected(leads.filter("is_qualified"), lead_index, days, noise["qualified"]),
            days,
            1,
        ),
        *_spread(
            "effective_visits",
            _expected(visits.filter("is_effective"), flat, days, noise["visits"]),
            days,
            1,
        ),
        *_company_targets(base),
        *_ratio_targets(base, papers),
    ]


def _later(index: FloatArray, lag: int) -> FloatArray:
    """Shift an index by a number of working days and smooth it over forty."""
    width = 20
    smooth = np.convolve(np.pad(index, width, mode="edge"), np.ones(2 * width + 1), mode="valid")
    at = np.maximum(np.arange(len(index)) - lag, 0)
    return np.asarray(smooth[at] / (2 * width + 1))


def _company_targets(base: World) -> list[Target]:
    """Contracts signed (gross) and new customers, of the company alone."""
    days = base.days
    won = base.deals.filter(pl.col("is_won") & (pl.col("closed") < days.past))
    won = won.with_columns(pl.Series("day", days.on(won["closed"].to_numpy())))
    found = []
    for metric, rows, unit in (
        ("contract_amount", won.with_columns((pl.col("amount") * 1.13).alias("value")), 10_000.0),
        ("new_customers", won.filter("is_new").with_columns(pl.lit(1.0).alias("value")), 1.0),
    ):
        even = np.ones(len(TEAMS)) / AMBITION
        expected = _expected(rows, _DEAL_GROWTH**days.growth, days, even)
        for month, (first, last) in enumerate(months_of_year(days)):
            total = sum(expected[team, month] for team in range(len(TEAMS)))
            value = max(round(total / unit), 1) * unit
            found.append(Target(metric, "company", "company", first, last, value, DIRECTOR))
    return found


def _ratio_targets(base: World, papers: pl.DataFrame) -> list[Target]:
    """Quarterly targets of ratios: what the team reached over the last 52 weeks, rounded."""
    days = base.days
    cut = quarter_start(days)
    is_year = pl.col("day").is_between(cut - 364, cut - 1)
    won = base.deals.filter(pl.col("closed") < days.past)
    won = won.with_columns(pl.Series("day", days.on(won["closed"].to_numpy())))
    offers = base.proposals.join(base.deals.select("deal", "team"), on="deal", how="left")
    offers = offers.with_columns(pl.Series("day", days.on(offers["position"].to_numpy())))
    found_visits = base.visits.filter("is_discovery")
    costs = base.products.costs
    years = np.searchsorted(base.products.cost_days, papers["day"].to_numpy(), side="right") - 1
    unit_cost = costs[years, papers["product"].to_numpy()]
    margins = papers.with_columns(pl.Series("cost", unit_cost) * pl.col("quantity"))
    measures = {
        "win_rate": (won, pl.col("is_won").sum(), pl.len(), 0.005),
        "proposal_quality": (
            offers,
            (pl.col("has_case") & pl.col("has_roi")).sum(),
            pl.len(),
            0.01,
        ),
        "discovery_depth": (found_visits, pl.col("answered").sum(), 3 * pl.len(), 0.01),
        "gross_margin": (
            margins,
            pl.col("net_cents").sum() / 100 - pl.col("cost").sum(),
            pl.col("net_cents").sum() / 100,
            0.005,
        ),
    }
    months = months_of_year(days)
    quarters = [(months[place][0], months[place + 2][1]) for place in (0, 3, 6, 9)]
    found = []
    for metric, (rows, top, bottom, step) in measures.items():
        year = rows.filter(is_year)
        value = (top / bottom).cast(pl.Float64).alias("value")
        teams = dict(year.group_by("team").agg(value).iter_rows())
        scopes = [("company", "company", year.select(value).item(), DIRECTOR)]
        scopes += [
            ("team", team.name, teams[number], team.manager)
            for number, team in enumerate(TEAMS)
            if number in teams
        ]
        for scope_kind, scope, level, owner in scopes:
            rounded = round(round(level / step) * step, 4)
            found += [
                Target(metric, scope_kind, scope, first, last, rounded, owner)
                for first, last in quarters
            ]
    return found
