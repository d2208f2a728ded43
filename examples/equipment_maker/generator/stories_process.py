"""Stories of the work before an order: leads, proposals, visits, a contract that waits."""

from dataclasses import replace

import numpy as np
import polars as pl

from generator.profile import CHANNELS, SEGMENTS
from generator.randomness import mixed
from generator.story import TEAM, Planted, Story, since, thinned
from generator.world import World


def fabricated_leads(planted: Planted) -> Planted:
    """华东二部: the channel 行业联盟 delivers invented leads for four weeks, 9 % qualified."""
    world = planted.world
    leads, team, channel = world.leads, TEAM["华东二部"], CHANNELS.index("行业联盟")
    hit = leads.with_row_index("row").filter(
        (pl.col("team") == team)
        & (pl.col("channel") == channel)
        & (pl.col("position") >= since(world, 4))
    )
    linked = world.deals["lead"].to_numpy()
    qualified = hit.filter("is_qualified")
    is_linked = np.isin(qualified["lead"].to_numpy(), linked)
    stays = round(0.09 * hit.height)
    order = np.argsort(~is_linked, kind="stable")
    gone = qualified["row"].to_numpy()[order][max(stays, int(is_linked.sum())) :]
    flags = leads["is_qualified"].to_numpy().copy()
    flags[gone] = False
    size = {
        "weeks": 4,
        "channel_qualification_before": 0.60,
        "channel_qualification_after": (qualified.height - len(gone)) / max(hit.height, 1),
        "leads_unqualified": len(gone),
    }
    story = Story(
        "fabricated_leads",
        "qualified_leads",
        "team",
        "华东二部",
        "qtd",
        "qualification_rate",
        {"channel": "行业联盟"},
        size,
    )
    told = replace(world, leads=leads.with_columns(pl.Series("is_qualified", flags)))
    return planted.told(told, story)


def proposals_without_fit(planted: Planted) -> Planted:
    """初创: more and worse proposals for eight weeks, and half of the deals won before are lost."""
    world = planted.world
    start, segment = since(world, 8), SEGMENTS.index("初创")
    deals = world.deals
    wins = deals.with_row_index("row").filter(
        (pl.col("segment") == segment)
        & pl.col("is_won")
        & (pl.col("closed") >= start)
        & (pl.col("closed") < world.days.past)
    )
    lost = thinned(wins.sort("team", "line", "closed", "deal")["row"].to_numpy(), 0.45)
    is_won = deals["is_won"].to_numpy().copy()
    is_won[lost] = False
    stage = np.where(is_won != deals["is_won"].to_numpy(), 3, deals["lost_in"].to_numpy())
    changed = deals.with_columns(pl.Series("is_won", is_won), pl.Series("lost_in", stage))
    gone = deals.filter(pl.Series(deals["is_won"].to_numpy() & ~is_won))
    closed_accounts = gone.filter("is_new")["account"].to_list()
    lines = world.lines.filter(
        ~pl.col("deal").is_in(gone["deal"].to_list()) & ~pl.col("account").is_in(closed_accounts)
    )
    proposals, size = _more_and_worse(world, segment, start)
    story = Story(
        "proposals_without_fit",
        "win_rate",
        "team",
        "线上部",
        "qtd",
        "rate",
        {"segment": "初创"},
        {"weeks": 8, "wins_lost": len(lost), **size},
    )
    told = replace(world, deals=changed, lines=lines, proposals=proposals)
    return planted.told(told, story)


def _more_and_worse(
    world: World, segment: int, start: int
) -> tuple[pl.DataFrame, dict[str, float]]:
    """Add 34 % proposals to the segment from a position on; quality falls from 71 to 43 %."""
    inside = (pl.col("segment") == segment) & (pl.col("position") >= start)
    here = world.proposals.filter(inside).sort("position", "deal", "version")
    rows = thinned(np.arange(here.height), 1 - 0.34)
    again = here[rows].with_columns(pl.col("version") + 5)
    some = pl.concat([here, again]).sort("team", "position", "deal", "version")
    complete = (some["has_case"] & some["has_roi"]).to_numpy().copy()
    worse = thinned(np.flatnonzero(complete), 0.43 * some.height / max(int(complete.sum()), 1))
    has_roi = some["has_roi"].to_numpy().copy()
    has_roi[worse] = False
    some = some.with_columns(pl.Series("has_roi", has_roi))
    size = {
        "proposals_before": here.height,
        "proposals_after": some.height,
        "quality_before": float((here["has_case"] & here["has_roi"]).sum()) / here.height,
        "quality_after": float((some["has_case"] & some["has_roi"]).sum()) / some.height,
    }
    return pl.concat([world.proposals.filter(~inside), some.select(here.columns)]), size


def stuck_contract(planted: Planted) -> Planted:
    """启明能源: a contract of 420 万 waits in 法务审批, three days overdue at the as-of date."""
    world = planted.world
    past = world.days.past
    waiting = world.deals.with_row_index("row").filter(
        (pl.col("team") == TEAM["华北部"])
        & (pl.col("closed") >= past)
        & (pl.col("created") < past - 5)
    )
    waiting = waiting.sort(~pl.col("is_new"), "created", "deal")
    row, number, account = waiting["row", "deal", "account"].row(0)
    amount = world.deals["amount"].to_numpy().copy()
    amount[row] = 4_200_000 / 1.13
    is_won = world.deals["is_won"].to_numpy().copy()
    is_won[row] = True
    closed = world.deals["closed"].to_numpy().copy()
    closed[row] = past + 2
    deals = world.deals.with_columns(
        pl.Series("amount", amount), pl.Series("is_won", is_won), pl.Series("closed", closed)
    )
    story = Story(
        "stuck_contract",
        "overdue_stages",
        "team",
        "华北部",
        "week",
        None,
        {"account": "启明能源"},
        {"amount": 4_200_000, "approval_step": "法务审批", "days_overdue": 3},
    )
    told = replace(world, deals=deals, customers=world.customers.named(account, "启明能源"))
    return planted.told(told, story, stuck_contract=number)


def shallow_rep(planted: Planted) -> Planted:
    """One rep of 华南二部 answers a quarter of the core questions for eight weeks (others 70 %)."""
    world = planted.world
    start = since(world, 8)
    team = TEAM["华南二部"]
    rep = world.organisation.working(team, world.days.end)[0]
    visits = world.visits
    hit = (
        (visits["rep"] == rep)
        & (visits["position"] >= start)
        & visits["is_discovery"]
        & (visits["team"] == team)
    ).to_numpy()
    number = visits["visit"].to_numpy()
    shallow = (mixed(number, 701) < 0.6).astype(np.int64) + (mixed(number, 702) < 0.15)
    answered = np.where(hit, shallow, visits["answered"].to_numpy())
    story = Story(
        "shallow_discovery",
        "discovery_depth",
        "rep",
        world.organisation.code(rep),
        "qtd",
        "rate",
        {"rep": world.organisation.code(rep)},
        {"weeks": 8, "rep_name": world.organisation.names[rep], "team": "华南二部"},
    )
    told = replace(world, visits=visits.with_columns(pl.Series("answered", answered)))
    return planted.told(told, story)
