"""The one register of countermeasures: the company's list of actions, and those of worksheets."""

from typing import Final

import dataframely as dy
import polars as pl

from transforms.scopes import COMPANY
from transforms.tables.act import ActionItem
from transforms.tables.answers import CASE_ID

CANCELLED: Final = frozenset({"已取消", "取消", "cancelled", "canceled"})
"""Words for a countermeasure that nobody carries out any more."""
CASE_CLOSED: Final = frozenset({"结案", "已结案", "case closed", "close the case"})
"""Words by which a person closes a case that is no longer measured."""
NOT_STARTED: Final = frozenset({"未开始", "not started", "planned", "计划中"})
"""Words for a countermeasure that nobody has begun."""
DONE: Final = (
    frozenset({"已完成", "完成", "关闭", "已关闭", "done", "closed", "completed"})
    | CANCELLED
    | CASE_CLOSED
)
"""Words for a status that no longer waits for anything."""

SEARCHED: Final = frozenset({"region", "team", "rep", "product_line", "channel"})
"""Dimensions of a segment in which metrics have values of their own."""

_AND: Final = " × "


def says(words: frozenset[str], status: str = "status") -> pl.Expr:
    """Whether a status as written is one of the words."""
    plain = pl.col(status).str.strip_chars().str.to_lowercase()
    return plain.is_in(sorted(words)).fill_null(value=False)


def action_items(
    actions: pl.DataFrame, answers: pl.DataFrame, week: str
) -> dy.DataFrame[ActionItem]:
    """Put both lists into one, up to the label of the reviewed week.

    Takes `Action` and `CaseAnswer` rows. The effect of a worksheet's countermeasure is looked for
    in the segment of its case where metrics have values there (one dimension, of `SEARCHED`; of
    a region's or team's case only a rep, because the others hold other teams' business, too),
    else in the scope of the case; that of another in its case's scope, its team's, else the
    company's.
    """
    listed = actions.filter(pl.col("decided_in_week") <= week).select(
        "action_id",
        pl.lit("register").alias("origin"),
        *("decided_in_week", "action", "team", "owner", "due_on", "status"),
        *("effect_metric", "effect_delta", "case_id"),
        pl.lit(None, pl.String).alias("segment"),
    )
    answered = answers.filter(pl.col("action").is_not_null()).select(
        pl.concat_str(
            "case_id", "answered_by", pl.col("line").cast(pl.String), separator="#"
        ).alias("action_id"),
        pl.lit("worksheet").alias("origin"),
        pl.col("answered_in_week").alias("decided_in_week"),
        "action",
        pl.when(pl.col("scope_kind") == "team").then("scope").alias("team"),
        *("owner", "due_on", "status", "effect_metric", "effect_delta", "case_id", "segment"),
    )
    case = pl.col("case_id").str.extract_groups(CASE_ID)
    is_single = ~pl.col("segment").str.contains(_AND, literal=True)
    dimension = pl.when(is_single).then(pl.col("segment").str.extract(r"^([a-z_]+)=", 1))
    is_whole = (case.struct.field("3") == COMPANY) | (dimension == "rep")
    is_searched = (dimension.is_in(sorted(SEARCHED)) & is_whole).fill_null(value=False)
    both = pl.concat([listed, answered]).with_columns(
        says(DONE).alias("is_done"),
        pl.col("case_id").str.replace(r"^[^:]+:", "").alias("case_key"),
        pl.coalesce(
            pl.when(is_searched).then(dimension),
            case.struct.field("3"),
            pl.when(pl.col("team").is_not_null()).then(pl.lit("team")),
            pl.lit(COMPANY),
        ).alias("scope_kind"),
        pl.coalesce(
            pl.when(is_searched).then(pl.col("segment").str.extract(r"^[a-z_]+=(.+)$", 1)),
            case.struct.field("4"),
            "team",
            pl.lit(COMPANY),
        ).alias("scope"),
    )
    return ActionItem.validate(
        both.select(ActionItem.column_names()).sort("decided_in_week", "action_id"), cast=True
    )
