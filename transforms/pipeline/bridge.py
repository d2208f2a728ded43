"""The pipeline bridge: open value at the opening → what happened to it → open value at the closing.

Every deal runs through one fixed order of steps: it stands in the opening with its value then,
moves to the scope it has at the closing, changes its value, and leaves or stands in the closing.
Each step takes away exactly what the one before left, so that the bridge balances to the cent
whatever happened, in every scope. An amount that changed when the deal was won or lost is `up` or
`down`; `won` is then the value it was won at, which ties to the closed deals of the period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from transforms.scopes import COMPANY, SCOPE_COLUMNS, SCOPE_KINDS
from transforms.tables.columns import MONEY
from transforms.tables.pipeline import BASES, CLOSING, OPENING, STEPS, PipelineBridge

VERSIONED: Final = (
    "reopened",
    "pulled_in",
    "up",
    "moved_in",
    "pushed_out",
    "down",
    "moved_out",
    "removed",
)
"""Steps that only a record of how the deals stood at the opening can show."""
_OF_DUE: Final = ("pulled_in", "pushed_out")
_OF_PARTS: Final = ("moved_in", "moved_out")
_KEY: Final = ["scope_kind", "scope", "step"]


@dataclass(frozen=True)
class Opening:
    """The deals as they stood at the end of the day before a period (`PipelineDeal`)."""

    period_kind: str
    period_start: date
    due_by: date
    """Last day of the whole period."""
    deals: pl.DataFrame
    is_recorded: bool
    """Whether an export of its own says how they stood; else the present one stands for it."""


def pipeline_bridge(
    openings: Sequence[Opening], closing: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Bridge the open pipeline of every scope from each opening to the as-of date.

    `closing` holds the deals as of `as_of` (`PipelineDeal`): open, and closed in the periods.
    Returns `PipelineBridge` rows, one per scope, period, basis and step. opening + steps =
    closing. Where no export shows the opening, the steps that rest on one are null, not 0.
    """
    frames = [_bridge(opening, closing, basis, as_of) for opening in openings for basis in BASES]
    if not frames:
        return PipelineBridge.create_empty()
    order = ["scope_kind", "scope", "period_kind", "basis", "position"]
    return PipelineBridge.validate(pl.concat(frames), cast=True).sort(order)


def _bridge(opening: Opening, closing: pl.DataFrame, basis: str, as_of: date) -> pl.DataFrame:
    fate = _fates(opening, closing, basis)
    steps = pl.DataFrame({"step": STEPS, "position": range(1, len(STEPS) + 1)})
    moves = pl.concat([_moves(fate, kind) for kind in SCOPE_KINDS])
    sums = moves.group_by(_KEY).agg(
        pl.col("amount").fill_null(0).sum().cast(MONEY).alias("amount"),
        pl.len().cast(pl.Int64).alias("deals"),
        pl.col("amount").null_count().cast(pl.Int64).alias("without_amount"),
    )
    # nothing is pulled in or pushed out of all open deals, and nothing moves within the company
    is_possible = ~pl.col("step").is_in(_OF_DUE if basis == "all" else []) & ~(
        pl.col("step").is_in(_OF_PARTS) & (pl.col("scope_kind") == COMPANY)
    )
    is_unknown = pl.lit(not opening.is_recorded) & pl.col("step").is_in(VERSIONED) & is_possible
    figures = ("amount", "deals", "without_amount")
    return (
        sums.select("scope_kind", "scope")
        .unique()
        .join(steps, how="cross")
        .join(sums, on=_KEY, how="left")
        .with_columns(
            pl.when(pl.col(name).is_not_null() | ~is_unknown).then(pl.col(name).fill_null(0))
            for name in figures
        )
        .with_columns(
            pl.lit(opening.period_kind).alias("period_kind"),
            pl.lit(basis).alias("basis"),
            pl.lit(opening.period_start).alias("period_start"),
            pl.lit(as_of).alias("period_end"),
            pl.lit(opening.due_by).alias("due_by"),
        )
        .select(PipelineBridge.column_names())
    )


def _fates(opening: Opening, closing: pl.DataFrame, basis: str) -> pl.DataFrame:
    """One row per deal in the bridge: where it starts, where it ends, how it got in and out.

    Columns: `<scope>_0`, `<scope>_1`, amount_0, amount_1, `entry` (opening or the step that
    brought it in) and `exit` (closing or the step that took it out).
    """
    start, due_by = opening.period_start, opening.due_by
    before = opening.deals.filter("is_open").select(
        "opportunity_id",
        *(pl.col(name).alias(f"{name}_0") for name in SCOPE_COLUMNS),
        pl.col("amount").alias("amount_0"),
        (pl.col("expected_close_on") <= due_by).fill_null(value=False).alias("due_0"),
        pl.lit(value=True).alias("was_open"),
    )
    ended_since = pl.col("is_open") | (pl.col("closed_on") >= start)
    after = closing.select(
        "opportunity_id",
        *(pl.col(name).alias(f"{name}_1") for name in SCOPE_COLUMNS),
        pl.col("amount").alias("amount_1"),
        (pl.col("expected_close_on") <= due_by).fill_null(value=False).alias("due_1"),
        "is_open",
        "is_won",
        (pl.col("created_on") >= start).fill_null(value=True).alias("is_new"),
        ended_since.fill_null(value=False).alias("ended_since"),
    )
    deals = before.join(after, on="opportunity_id", how="full", coalesce=True).with_columns(
        pl.col("was_open").fill_null(value=False)
    )
    # a deal that left before the period began and was not open at the opening has no part in it
    deals = deals.filter(pl.col("was_open") | pl.col("ended_since"))
    gone = pl.col("is_open").is_null()
    at_end = (
        pl.when(gone)
        .then(pl.lit("removed"))
        .when("is_open")
        .then(pl.lit(CLOSING))
        .when("is_won")
        .then(pl.lit("won"))
        .otherwise(pl.lit("lost"))
    )
    at_start = (
        pl.when("was_open")
        .then(pl.lit(OPENING))
        .when("is_new")
        .then(pl.lit("new"))
        .otherwise(pl.lit("reopened"))
    )
    fate = deals.with_columns(
        at_start.alias("entry"),
        at_end.alias("exit"),
        # a deal that is gone keeps what it had
        *(pl.col(f"{name}_1").fill_null(pl.col(f"{name}_0")) for name in SCOPE_COLUMNS),
        pl.when(gone).then(pl.col("amount_0")).otherwise(pl.col("amount_1")).alias("amount_1"),
    )
    return fate if basis == "all" else _due(fate)


def _due(fate: pl.DataFrame) -> pl.DataFrame:
    """Keep the deals due by the end of the period at either end; a won one was due when won.

    A lost one was due if it was so before; what is pushed out leaves with its value at the
    opening, what is pulled in comes with its value at the closing.
    """
    due_0 = pl.col("due_0").fill_null(value=False)
    due_1 = (
        pl.when(pl.col("exit") == "won")
        .then(pl.lit(value=True))
        .when(pl.col("was_open") & (pl.col("exit") != CLOSING))
        .then(due_0)
        .otherwise(pl.col("due_1"))
    )
    was_open = pl.col("was_open")
    is_pushed = was_open & due_0 & ~due_1
    is_pulled = was_open & ~due_0 & due_1
    return fate.filter((was_open & due_0) | due_1).with_columns(
        pl.when(is_pulled).then(pl.lit("pulled_in")).otherwise("entry").alias("entry"),
        pl.when(is_pushed).then(pl.lit("pushed_out")).otherwise("exit").alias("exit"),
        pl.when(is_pushed).then("amount_0").otherwise("amount_1").alias("amount_1"),
        *(
            pl.when(is_pushed).then(f"{name}_0").otherwise(f"{name}_1").alias(f"{name}_1")
            for name in SCOPE_COLUMNS
        ),
    )


def _moves(fate: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Every step of every deal in the scopes of one kind: scope_kind, scope, step, amount."""
    company = pl.lit(COMPANY)
    here_0 = company if kind == COMPANY else pl.col(f"{kind}_0")
    here_1 = company if kind == COMPANY else pl.col(f"{kind}_1")
    stood = fate.filter(pl.col("entry") == OPENING)
    # nothing moves within the company; Polars fails on two literals compared for many rows
    moved = stood.clear() if kind == COMPANY else stood.filter(here_0 != here_1)
    change = pl.col("amount_1").fill_null(0) - pl.col("amount_0").fill_null(0)
    changed = stood.with_columns(change.alias("change")).filter(pl.col("change") != 0)
    direction = pl.when(pl.col("change") > 0).then(pl.lit("up")).otherwise(pl.lit("down"))
    end = pl.when(pl.col("exit") == CLOSING).then(1).otherwise(-1)
    parts: Mapping[str, tuple[pl.DataFrame, pl.Expr, pl.Expr, pl.Expr]] = {
        "opening": (stood, here_0, pl.lit(OPENING), pl.col("amount_0")),
        "entries": (fate.filter(pl.col("entry") != OPENING), here_1, pl.col("entry"), _VALUE),
        "away": (moved, here_0, pl.lit("moved_out"), -pl.col("amount_0")),
        "here": (moved, here_1, pl.lit("moved_in"), pl.col("amount_0")),
        "changes": (changed, here_1, direction, pl.col("change")),
        "exits": (fate, here_1, pl.col("exit"), end * _VALUE),
    }
    return pl.concat(
        rows.select(
            pl.lit(kind).alias("scope_kind"),
            scope.alias("scope"),
            step.alias("step"),
            amount.cast(MONEY).alias("amount"),
        )
        for rows, scope, step, amount in parts.values()
    )


_VALUE: Final = pl.col("amount_1")
