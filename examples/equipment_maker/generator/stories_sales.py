"""Stories of orders: customers who stay away, a stock-out, a price cut, large new customers."""

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from generator.orders import DEAL, REPEAT, deal_lines
from generator.profile import LINE_NAMES, TEAMS
from generator.randomness import IntArray, mixed, whole
from generator.story import TEAM, Planted, Story, since
from generator.world import World

_QUIET_TEAMS: Final = ("华北部", "西南部", "大客户部", "经销商部")


def dormant_customers(planted: Planted) -> Planted:
    """A key customer and four others have not ordered for more than six months (D-12)."""
    world = planted.world
    wanted = ((TEAM["华东一部"], 800_000), *((TEAM[name], 100_000) for name in _QUIET_TEAMS))
    cut = world.days.position(world.days.end - 200)
    before = world.lines.filter(
        (pl.col("position") < cut)
        & (pl.col("position") >= cut - 248)
        & (pl.col("stream") == REPEAT)
    )
    sums = before.group_by("team", "account").agg(pl.col("net_cents").sum() / 100)
    found = []
    for team, least in wanted:
        rows = sums.filter(pl.col("team") == team).sort("net_cents", "account")
        large = rows.filter(pl.col("net_cents") > least * world.scale)
        found.append((rows.tail(1) if large.is_empty() else large).row(0, named=True))
    accounts = [row["account"] for row in found]
    gone = pl.col("account").is_in(accounts) & (pl.col("position") >= cut)
    names = world.customers.faces["name"]
    key = found[0]
    story = Story(
        "dormant_customers",
        "sales_amount",
        "team",
        "华东一部",
        "qtd",
        "lost_customers",
        {"account": names[key["account"]]},
        {
            "last_order_before_days": 200,
            "accounts": [names[account] for account in accounts],
            "teams": [TEAMS[row["team"]].name for row in found],
            "sales_before": [round(row["net_cents"], 2) for row in found],
        },
    )
    return planted.told(replace(world, lines=world.lines.filter(~gone)), story)


def stock_out(planted: Planted) -> Planted:
    """华南一部: existing customers get 55 % less of 输送系统 for six weeks, out of stock."""
    world = planted.world
    start, line = since(world, 6), LINE_NAMES.index("输送系统")
    lines = world.lines
    hit = (
        (lines["team"] == TEAM["华南一部"])
        & (lines["line"] == line)
        & (lines["stream"] == REPEAT)
        & (lines["position"] >= start)
    ).to_numpy()
    order, place = lines["order"].to_numpy(), lines["line_number"].to_numpy()
    quantity = lines["quantity"].to_numpy()
    less = whole(quantity * 0.45, mixed(order, place, 703))
    changed = _revalued(lines, np.where(hit, less, quantity), lines["price_cents"].to_numpy())
    first = int(world.days.calendar[start])
    story = Story(
        "stock_out",
        "sales_amount",
        "team",
        "华南一部",
        "qtd",
        "existing_volume",
        {"product_line": "输送系统"},
        {"weeks": 6, "volume_change": float(less[hit].sum() / max(quantity[hit].sum(), 1) - 1)},
    )
    event = (first, world.days.end, "team", "华南一部", "输送系统核心滚筒缺货，华南仓断货", "down")
    return planted.told(
        replace(world, lines=changed),
        story,
        events=(*planted.events, event),
        stock_out=(line, first),
    )


def price_cut(planted: Planted) -> Planted:
    """西北部: 包装机械 is sold 15 % cheaper for six weeks after a competitor's cut."""
    world = planted.world
    start, line = since(world, 6), LINE_NAMES.index("包装机械")
    lines = world.lines
    hit = (
        (lines["team"] == TEAM["西北部"]) & (lines["line"] == line) & (lines["position"] >= start)
    ).to_numpy()
    old = lines["price_cents"].to_numpy()
    price = np.where(hit, np.round(old * 0.85).astype(np.int64), old)
    changed = _revalued(lines, lines["quantity"].to_numpy(), price)
    first = int(world.days.calendar[start])
    story = Story(
        "price_cut",
        "sales_amount",
        "team",
        "西北部",
        "qtd",
        "existing_price",
        {"product_line": "包装机械"},
        {"weeks": 6, "price_change": -0.15},
    )
    event = (
        first,
        world.days.end,
        "team",
        "西北部",
        "竞品降价：包装机械同规格报价下调约 15%",
        "down",
    )
    return planted.told(replace(world, lines=changed), story, events=(*planted.events, event))


def large_new_customers(planted: Planted) -> Planted:
    """华中部: the quarter's new customers sign far larger deals, 20 % of the team's sales more."""
    world = planted.world
    team, first = TEAM["华中部"], _quarter(world)
    lines = world.lines
    hit = (
        (pl.col("team") == team)
        & pl.col("closed").is_between(first, world.days.past - 1)
        & pl.col("is_new")
        & pl.col("is_won")
    )
    chosen = world.deals.filter(hit)["deal"].to_list()
    mine = lines.filter((pl.col("team") == team) & (pl.col("position") >= first))
    of_chosen = (pl.col("stream") == DEAL) & pl.col("deal").is_in(chosen)
    total = int(mine["net_cents"].sum())
    part = int(mine.filter(of_chosen)["net_cents"].sum())
    factor = 1 + 0.25 * total / max(part, 1)
    amount = pl.when(hit).then((pl.col("amount") * factor / 100).round() * 100)
    deals = world.deals.with_columns(amount.otherwise(pl.col("amount")).alias("amount"))
    larger = deal_lines(world.days, deals.filter(pl.col("deal").is_in(chosen)), world.products)
    story = Story(
        "large_new_customers",
        "sales_amount",
        "team",
        "华中部",
        "qtd",
        "deal_size",
        {"team": "华中部"},
        {"deals": len(chosen), "deal_size_factor": round(factor, 4)},
    )
    told = replace(world, deals=deals, lines=pl.concat([lines.filter(~of_chosen), larger]))
    return planted.told(told, story)


def _quarter(world: World) -> int:
    """Position of the first working day of the quarter of the end."""
    month = np.datetime64(int(world.days.end), "D").astype("datetime64[M]").astype(np.int64)
    first = np.datetime64(int(month) // 3 * 3, "M").astype("datetime64[D]").astype(np.int64)
    return world.days.position(int(first))


def _revalued(lines: pl.DataFrame, quantity: IntArray, price: IntArray) -> pl.DataFrame:
    return lines.with_columns(
        pl.Series("quantity", quantity),
        pl.Series("price_cents", price),
        pl.Series("net_cents", quantity * price),
    ).filter(pl.col("quantity") > 0)
