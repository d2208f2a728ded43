"""Whether the parts of the plan add up to their wholes (D-2, D-3, D-5)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.daily_targets import daily_targets
from transforms.parameters import Calendar
from transforms.scopes import COMPANY
from transforms.tables.columns import NUMBER
from transforms.tables.plan import SCOPE_KINDS
from transforms.tables.plan_review import PlanFlaw

RESERVE_AT_LEAST: Final = Decimal("0.10")
RESERVE_AT_MOST: Final = Decimal("0.20")
"""The emergency reserve is 10–20 % of the budget (应急, D-5)."""

_WINDOW: Final = ["period_start", "period_end"]
_PARENT: Final = ["metric", "scope_kind", "scope", *_WINDOW]
_KEYS: Final = PlanFlaw.primary_key()
_SIDES: Final = ["parent", "parts", "amount"]


def plan_flaws(
    targets: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    assignments: pl.DataFrame,
    budgets: pl.DataFrame,
    unsplit: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """List what does not add up in the plan (`PlanFlaw`); an empty frame where all does.

    Over time: shorter windows that exceed the longer one they lie in, or leave it a rest that no
    day is left for. Over scopes, per metric that adds up and window: regions, product lines and
    every other kind against the company, teams against their region, reps against their team
    (`Assignment`, as of the window's end), each level passed over where it has no target. A target
    that states its parent's number is held against that one instead. What the parts leave is the
    未分解 rest; parts that exceed their whole are an error. A budget window without a reserve of
    10–20 % is a flaw, too. `unsplit` are flaws of rules that could not be followed (`PlanFlaw`).
    """
    spread = daily_targets(targets, catalogue, Calendar()).flaws
    over_time = spread.with_columns(pl.lit("time").alias("part_kind"))
    additive = [code for code, metric in catalogue.items() if not metric.is_level]
    summed = targets.filter(pl.col("metric").is_in(additive))
    found = [
        over_time.select(*_KEYS, *_SIDES),
        _compared(_by_scope(summed, assignments)),
        *_by_number(summed, targets),
        _reserve(budgets),
        *([] if unsplit is None else [unsplit.select(*_KEYS, *_SIDES)]),
    ]
    every = pl.concat(found).unique(_KEYS, maintain_order=True, keep="first")
    return PlanFlaw.validate(every.sort(_KEYS), cast=True)


def _by_scope(targets: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """Give every target without a stated parent the one its scope is a part of."""
    there = targets.select(*_PARENT, "target_value")
    parts = targets.filter(pl.col("parent_id").is_null(), pl.col("scope_kind") != COMPANY)
    above = _above(parts.select(_PARENT).unique(), assignments)
    rows = parts.join(above, on=_PARENT, how="left").with_row_index("part")
    candidates = pl.concat(
        [
            rows.with_columns(
                pl.lit(kind).alias("above_kind"),
                pl.col(kind).alias("above"),
                pl.lit(rank).alias("rank"),
            )
            for rank, kind in enumerate(("team", "region", COMPANY))
        ]
    )
    parents = there.rename({"scope_kind": "above_kind", "scope": "above", "target_value": "parent"})
    nearest = (
        candidates.join(parents, on=["metric", "above_kind", "above", *_WINDOW])
        .sort("part", "rank")
        .unique("part", keep="first", maintain_order=True)
    )
    return nearest.select(
        "metric",
        pl.col("above_kind").alias("scope_kind"),
        pl.col("above").alias("scope"),
        *_WINDOW,
        pl.col("scope_kind").alias("part_kind"),
        "parent",
        pl.col("target_value").alias("value"),
    )


def _above(parts: pl.DataFrame, assignments: pl.DataFrame) -> pl.DataFrame:
    """Team, region and company that each scope is a part of at its window's end, where known."""
    places = assignments.select("rep_id", "team", "region", "valid_from").sort("valid_from")
    of_rep = (
        parts.filter(pl.col("scope_kind") == "rep")
        .sort("period_end")
        .join_asof(
            places,
            left_on="period_end",
            right_on="valid_from",
            by_left="scope",
            by_right="rep_id",
            check_sortedness=False,
        )
        .select(*_PARENT, "team", "region")
    )
    of_team = (
        parts.filter(pl.col("scope_kind") == "team")
        .sort("period_end")
        .join_asof(
            places.select(pl.col("team").alias("scope"), "region", "valid_from"),
            left_on="period_end",
            right_on="valid_from",
            by="scope",
            check_sortedness=False,
        )
        .select(*_PARENT, pl.lit(None, pl.String).alias("team"), "region")
    )
    others = parts.filter(~pl.col("scope_kind").is_in(["rep", "team"])).select(
        *_PARENT, pl.lit(None, pl.String).alias("team"), pl.lit(None, pl.String).alias("region")
    )
    every = pl.concat([of_rep, of_team, others])
    return every.with_columns(pl.lit(COMPANY).alias(COMPANY))


def _by_number(summed: pl.DataFrame, targets: pl.DataFrame) -> list[pl.DataFrame]:
    """Hold targets that state their parent against it; a number that nobody has is a flaw.

    Parts of the parent's own scope are parts over time, which the spread looks after.
    """
    parents = targets.filter(pl.col("target_id").is_not_null()).unique("target_id", keep="first")
    stating = summed.filter(pl.col("parent_id").is_not_null())
    known = stating.join(
        parents.select(
            pl.col("target_id").alias("parent_id"),
            *(pl.col(name).alias(f"of_{name}") for name in _PARENT),
            pl.col("target_value").alias("parent"),
        ),
        on="parent_id",
        how="left",
    )
    orphans = known.filter(pl.col("parent").is_null()).select(
        pl.lit("parent_unknown").alias("flaw"),
        *_PARENT,
        pl.lit("stated").alias("part_kind"),
        *(pl.lit(None, NUMBER).alias(name) for name in _SIDES),
    )
    is_other_scope = (pl.col("scope_kind") != pl.col("of_scope_kind")) | (
        pl.col("scope") != pl.col("of_scope")
    )
    held = known.filter(is_other_scope, pl.col("metric") == pl.col("of_metric")).select(
        *(pl.col(f"of_{name}").alias(name) for name in _PARENT),
        pl.col("scope_kind").alias("part_kind"),
        "parent",
        pl.col("target_value").alias("value"),
    )
    return [orphans.select(*_KEYS, *_SIDES), _compared(held)]


def _compared(parts: pl.DataFrame) -> pl.DataFrame:
    """Sum the parts of each parent and kind, and say which leave a rest or exceed it."""
    rest = pl.col("parent") - pl.col("parts")
    return (
        parts.group_by(*_PARENT, "part_kind")
        .agg(pl.col("parent").first(), pl.col("value").sum().cast(NUMBER).alias("parts"))
        .filter(rest != 0)
        .select(
            pl.when(rest < 0)
            .then(pl.lit("children_exceed_parent"))
            .otherwise(pl.lit("undecomposed"))
            .alias("flaw"),
            *_PARENT,
            "part_kind",
            "parent",
            "parts",
            rest.abs().cast(NUMBER).alias("amount"),
        )
        .select(*_KEYS, *_SIDES)
    )


def _reserve(budgets: pl.DataFrame) -> pl.DataFrame:
    """Windows of the budget whose emergency reserve is not 10–20 % of it (D-5)."""
    is_reserve = pl.col("is_reserve").fill_null(value=False)
    amount = pl.col("amount").cast(NUMBER)
    whole, kept = pl.col("parent"), pl.col("parts")
    return (
        budgets.group_by(_WINDOW)
        .agg(
            amount.sum().cast(NUMBER).alias("parent"),
            amount.filter(is_reserve).sum().cast(NUMBER).alias("parts"),
        )
        .filter(
            whole > 0,
            (kept < whole * RESERVE_AT_LEAST) | (kept > whole * RESERVE_AT_MOST),
        )
        .select(
            pl.lit("budget_reserve").alias("flaw"),
            pl.lit("budget").alias("metric"),
            pl.lit(COMPANY).alias("scope_kind"),
            pl.lit(COMPANY).alias("scope"),
            *_WINDOW,
            pl.lit("time").alias("part_kind"),
            "parent",
            "parts",
            (whole - kept).cast(NUMBER).alias("amount"),
        )
        .select(*_KEYS, *_SIDES)
    )


KINDS_OF_PARTS: Final = ("time", "stated", *SCOPE_KINDS[1:])
"""What the parts of a parent may be."""
