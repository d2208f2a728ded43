"""truth.json: what was planted, with its exact size. No part of the company; tests read it."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from generator.days import Days, to_date
from generator.later import Corrections
from generator.orders import documents
from generator.plan import Target, quarter_start
from generator.profile import TEAMS
from generator.story import Planted
from generator.world import World


@dataclass(frozen=True)
class Known:
    """Everything that truth.json is made of."""

    end_week: str
    seed: int
    base: World
    planted: Planted
    targets: list[Target]
    papers: pl.DataFrame
    paid: pl.DataFrame
    rejects: dict[str, dict[str, int]]
    corrections: Corrections


def _yuan(cents: float | Decimal) -> float:
    return round(float(cents) / 100, 2)


def due(targets: list[Target], metric: str, scope: str, first: int, days: Days) -> float:
    """Plan due from a day to the end: each window's target by working days (D-2)."""
    total = 0.0
    for target in targets:
        if target.metric != metric or target.scope != scope or target.last < first:
            continue
        span = days.between(max(target.first, first), min(target.last, days.end))
        whole = days.between(target.first, target.last)
        elapsed = max(span.stop - span.start, 0)
        total += target.value * elapsed / (whole.stop - whole.start)
    return total


def _of_rep(world: World, rep: str | None) -> pl.Expr:
    numbers = range(len(world.organisation.names))
    chosen = [number for number in numbers if rep in {None, world.organisation.code(number)}]
    return pl.col("rep").is_in(chosen)


def measure(
    world: World, papers: pl.DataFrame, metric: str, first: int, rep: str | None = None
) -> dict[str, float]:
    """Value of a metric by team, and `company`, from a day to the end.

    With `rep`, the discovery depth of that rep alone.
    """
    days = world.days
    if metric == "sales_amount":
        rows = papers.select("team", "day", top=pl.col("net_cents") / 100, bottom=pl.lit(1.0))
    elif metric == "qualified_leads":
        rows = world.leads.select("team", "day", top=pl.col("is_qualified"), bottom=pl.lit(1.0))
    elif metric == "win_rate":
        closed = world.deals.filter(pl.col("closed") < days.past)
        rows = closed.select(
            "team",
            pl.Series("day", days.on(closed["closed"].to_numpy())),
            top=pl.col("is_won"),
            bottom=pl.lit(1.0),
        )
    else:
        explored = world.visits.filter("is_discovery", _of_rep(world, rep))
        rows = explored.select("team", "day", top=pl.col("answered"), bottom=pl.lit(3.0))
    rows = rows.filter(pl.col("day") >= first).with_columns(pl.col("top").cast(pl.Float64))
    top, bottom = pl.col("top").sum(), pl.col("bottom").sum()
    value = top / bottom if metric in {"win_rate", "discovery_depth"} else top
    teams = dict(rows.group_by("team").agg(value.alias("value")).sort("team").iter_rows())
    return {
        "company": rows.select(value.alias("value")).item(),
        **{TEAMS[team].name: level for team, level in teams.items()},
    }


def _stories(known: Known) -> list[dict[str, Any]]:
    days = known.base.days
    base_papers = documents(known.base.lines, days, known.base.organisation)
    first = quarter_start(days)
    found = []
    for story in known.planted.stories:
        entry = asdict(story)
        scope = entry["size"].get("team", story.scope)
        if story.metric != "overdue_stages":
            rep = story.scope if story.scope_kind == "rep" else None
            before = measure(known.base, base_papers, story.metric, first, rep)[scope]
            now = measure(known.planted.world, known.papers, story.metric, first, rep)[scope]
            entry["size"] |= {"without_story": round(before, 6), "with_story": round(now, 6)}
            entry["size"]["change"] = round(now / before - 1, 6)
            if story.metric in {"sales_amount", "qualified_leads"}:
                planned = due(known.targets, story.metric, scope, first, days)
                entry["size"] |= {
                    "due": round(planned, 2),
                    "deviation": round(now / planned - 1, 6),
                }
        found.append(entry)
    return found


def _sums(rows: pl.DataFrame, column: str) -> dict[str, float]:
    sums = dict(rows.group_by("team").agg(pl.col(column).sum()).sort("team").iter_rows())
    return {team.name: _yuan(sums.get(number, 0)) for number, team in enumerate(TEAMS)}


def truth(known: Known) -> dict[str, Any]:
    """Give the content of truth.json; amounts in RMB, net of tax unless it is cash."""
    days = known.base.days
    first = quarter_start(days)
    week = days.end - 6
    year = pl.col("day").cast(pl.Int32).cast(pl.Date).dt.year().alias("year")
    papers, paid = known.papers, known.paid
    by_year = papers.group_by(year).agg(pl.col("net_cents").sum()).sort("year")
    quarter = papers.filter(pl.col("day") >= first)
    return {
        "end_week": known.end_week,
        "end_day": to_date(days.end).isoformat(),
        "quarter_start": to_date(first).isoformat(),
        "seed": known.seed,
        "stories": _stories(known),
        "rejects": known.rejects,
        "totals": {
            "net_sales": _yuan(papers["net_cents"].sum()),
            "net_sales_by_year": {
                str(number): _yuan(cents) for number, cents in by_year.iter_rows()
            },
            "net_sales_qtd_by_team": _sums(quarter, "net_cents"),
            "net_sales_week_by_team": _sums(papers.filter(pl.col("day") >= week), "net_cents"),
            "cash": _yuan(paid["cents"].sum()),
            "cash_qtd_by_team": _sums(paid.filter(pl.col("day") >= first), "cents"),
            "order_lines": papers.height,
        },
        "later": {
            "delta_net_sales_by_team": {
                team: _yuan(cents) for team, cents in known.corrections.delta_cents.items()
            },
            "lines_changed": known.corrections.changed.height,
            "lines_cancelled": known.corrections.cancelled,
            "files": ["销售订单_更正.xlsx", "ERP对账汇总.xlsx"],
        },
    }
