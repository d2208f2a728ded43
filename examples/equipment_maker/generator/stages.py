"""What happens to an opportunity on its way: stage moves, proposals, contracts."""

from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator

from generator.pipeline import LOST, STAGES, WON
from generator.randomness import FloatArray, IntArray, even, mixed

_SHARES: Final = np.array([0.15, 0.25, 0.30, 0.30])
"""Part of a deal's life spent in each stage."""
_OFFER: Final = STAGES.index("方案呈现")
QUALITY: Final = 0.71
"""Share of proposals with a customer case and an ROI estimate."""


def entries(deals: pl.DataFrame) -> tuple[IntArray, IntArray]:
    """Give (position at which each stage is entered: deals × stages, last stage reached)."""
    number = deals["deal"].to_numpy()
    created, closed = deals["created"].to_numpy(), deals["closed"].to_numpy()
    last = np.where(deals["is_won"].to_numpy(), len(STAGES) - 1, deals["lost_in"].to_numpy())
    stage = np.arange(len(STAGES))
    jitter = 0.6 + 0.8 * mixed(number[:, None] * np.ones_like(stage), stage + 101)
    parts: FloatArray = np.where(stage <= last[:, None], _SHARES * jitter, 0.0)
    before = np.cumsum(parts, axis=1) - parts
    life = (closed - created)[:, None]
    entered = created[:, None] + np.floor(life * before / parts.sum(axis=1, keepdims=True))
    return entered.astype(np.int64), last


def stage_events(deals: pl.DataFrame, past: int) -> pl.DataFrame:
    """One row per move before position `past`: deal, step, from_stage, to_stage, position."""
    entered, last = entries(deals)
    number, closed = deals["deal"].to_numpy(), deals["closed"].to_numpy()
    moves = []
    for step, stage in enumerate(STAGES):
        there = (last >= step) & (entered[:, step] < past)
        before = STAGES[step - 1] if step else None
        moves.append(_move(number[there], step, before, stage, entered[there, step]))
    for step, stage in enumerate(STAGES):
        for is_won, outcome in ((True, WON), (False, LOST)):
            there = (last == step) & (closed < past) & (deals["is_won"].to_numpy() == is_won)
            moves.append(_move(number[there], step + 1, stage, outcome, closed[there]))
    return pl.concat(moves).sort("position", "deal", "step")


def _move(
    number: IntArray, step: int, before: str | None, after: str, position: IntArray
) -> pl.DataFrame:
    return pl.DataFrame({"deal": number, "position": position}).select(
        "deal",
        pl.lit(step, pl.Int64).alias("step"),
        pl.lit(before, pl.String).alias("from_stage"),
        pl.lit(after).alias("to_stage"),
        "position",
    )


def present_stage(deals: pl.DataFrame, past: int) -> pl.DataFrame:
    """Add `stage` (as of position `past`) and `is_closed`."""
    entered, last = entries(deals)
    stage = np.minimum((entered < past).sum(axis=1) - 1, last)
    is_closed = deals["closed"].to_numpy() < past
    is_won = deals["is_won"].to_numpy()
    names = np.array([*STAGES, WON, LOST])
    end = np.where(is_won, len(STAGES), len(STAGES) + 1)
    return deals.with_columns(
        pl.Series("stage", names[np.where(is_closed, end, np.maximum(stage, 0))]),
        pl.Series("is_closed", is_closed),
    )


def as_believed(deals: pl.DataFrame, past: int, known: int) -> pl.DataFrame:
    """Put `amount` and add `slip` as the reps had them at position `past`.

    `slip` are the working days by which the expected close lies after the true one. A rep dates a
    deal anew with each stage it moves on to, and estimates its value until the offer is made. Of
    the moves after `past`, those before position `known` are thus not believed yet.
    """
    entered, last = entries(deals)
    number = deals["deal"].to_numpy()
    is_move = (entered >= past) & (entered < known) & (np.arange(len(STAGES)) <= last[:, None])
    moves = is_move.sum(axis=1)
    slip = (mixed(number, 904) * 15).astype(np.int64) - 3
    earlier = (mixed(number, 908 + moves) * 35).astype(np.int64) - 15
    factor = 0.8 + 0.4 * mixed(number, 907)
    estimate = np.round(deals["amount"].to_numpy() * factor, -3)
    return deals.with_columns(
        pl.Series("slip", np.where(moves > 0, earlier, slip)),
        pl.Series("amount", np.where(is_move[:, _OFFER], estimate, deals["amount"].to_numpy())),
    )


def make_proposals(rng: Generator, deals: pl.DataFrame, past: int) -> pl.DataFrame:
    """One row per proposal: the first soon after the stage is entered, some a second one later."""
    entered, last = entries(deals)
    number, closed = deals["deal"].to_numpy(), deals["closed"].to_numpy()
    first = np.minimum(entered[:, 2] + 1 + (mixed(number, 301) * 3).astype(np.int64), closed)
    second = np.minimum(entered[:, 3] + 2, closed)
    has_first = (last >= 2) & (first < past)
    has_second = (last >= 3) & (second < past) & (mixed(number, 302) < 0.3)
    rows = pl.concat(
        [
            pl.DataFrame(
                {"deal": number[has], "version": np.full(int(has.sum()), version)}
            ).with_columns(pl.Series("position", at[has]))
            for version, has, at in ((1, has_first, first), (2, has_second, second))
        ]
    )
    rows = rows.join(deals.select("deal", "team", "segment"), on="deal", how="left")
    rows = rows.sort("team", "segment", "position", "deal", "version")
    is_complete = even(rng, rows.height, 7) < QUALITY
    gap = pick_gap(rng.random(rows.height))
    return rows.with_columns(
        pl.Series("has_case", is_complete | (gap == 1)),
        pl.Series("has_roi", is_complete | (gap == 2)),
    )


def pick_gap(share: FloatArray) -> IntArray:
    """What an incomplete proposal still has: 0 nothing, 1 the case, 2 the estimate."""
    return np.asarray((share > 0.3).astype(np.int64) + (share > 0.7))
