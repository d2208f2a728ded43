"""A case goes on from week to week until its metric is back (D-20)."""

from typing import Final

import dataframely as dy
import polars as pl

from transforms.parameters import Parameters
from transforms.tables.act import CaseThread
from transforms.why.register import CASE_CLOSED, says

OPEN: Final = ("new", "carried", "turned", "unmeasured")
_KEY: Final = ("metric", "scope_kind", "scope", "period_kind")
_OWNER: Final = ("metric", "scope_kind", "scope")
_CASE_KEY: Final = pl.concat_str(*_KEY, separator=":")
_MEASURED: Final = ("ok", "zero")


def case_threads(
    variance: pl.DataFrame,
    values: pl.DataFrame,
    answers: pl.DataFrame,
    items: pl.DataFrame,
    previous: pl.DataFrame | None,
    parameters: Parameters,
) -> dy.DataFrame[CaseThread]:
    """Follow every case that is open.

    A signal within the trigger is listed, but opens none; nor does a week that meets its plan and
    is green against its baseline: a metric that is back is no story of its own.

    Takes `Variance`, `MetricValue`, `CaseAnswer` and `ActionItem` rows, the `CaseThread` rows that
    the newest review before this one reported (None: there is none), and the parameters with the
    reviewed week. A case is the same from week to week by metric, scope and period kind. One that
    has no deviation any more is `recovered` where its value is measured: it lies within the
    trigger again, or, without a plan, its week is no signal. A month, quarter or year that began
    anew without a deviation is `period_ended` instead: the old one was not made good. Where there
    is no value it stays open, `unmeasured`: after `close_after_weeks` reviews in a row a person is
    asked to close it, and only an answer that says so closes it, `closed_by_person`. One whose gap
    turned from below to above (or back) is another story: `turned`, open anew. What was closed in
    the review before is not told again. Without a review before, an answered case counts as open
    since its answer.
    """
    week = parameters.week
    side = pl.when(pl.col("gap") < 0).then(pl.lit("below")).otherwise(pl.lit("above"))
    on_plan = values.filter(pl.col("target_state") == "ok", pl.col("light") == "green")
    is_met = (pl.col("reference_kind") == "baseline") & pl.col("case_id").is_in(
        variance.join(on_plan, on=_KEY, how="semi")["case_id"].implode()
    )
    now = variance.filter(pl.col("is_beyond_trigger") & ~is_met).select(
        "case_id", *_KEY, "period_start", side.alias("direction"), case_key=_CASE_KEY
    )
    before = _open_before(answers, previous, week.label)
    measured = values.filter(pl.col("period_kind") != "month").select(
        *_KEY,
        pl.col("period_start").alias("starts_now"),
        pl.col("state").alias("value_state"),
    )
    both = (
        now.join(before, on="case_key", how="full", coalesce=True, suffix="_before")
        .with_columns(
            *(pl.coalesce(name, f"{name}_before").alias(name) for name in (*_KEY, "period_start"))
        )
        .join(measured, on=_KEY, how="left")
        .with_columns(pl.coalesce("period_start", "starts_now", pl.lit(week.starts_on)))
    )
    both = both.with_columns(
        (pl.col("case_id").is_not_null() | pl.col("value_state").is_in(_MEASURED))
        .fill_null(value=False)
        .alias("is_measured"),
        pl.col("case_key").is_in(_closed_by_a_person(answers, before).implode()).alias("is_closed"),
    )
    is_known = pl.col("opened_in_week").is_not_null()
    has_ended = (pl.col("period_kind") != "week") & (pl.col("period_start") < pl.col("starts_now"))
    has_turned = (pl.col("direction") != pl.col("direction_before")).fill_null(value=False)
    state = (
        pl.when(pl.col("case_id").is_not_null())
        .then(
            pl.when(has_turned)
            .then(pl.lit("turned"))
            .when(is_known)
            .then(pl.lit("carried"))
            .otherwise(pl.lit("new"))
        )
        .when(~pl.col("is_measured"))
        .then(pl.when("is_closed").then(pl.lit("closed_by_person")).otherwise(pl.lit("unmeasured")))
        .when(has_ended)
        .then(pl.lit("period_ended"))
        .otherwise(pl.lit("recovered"))
    )
    is_first = has_turned | ~is_known
    threads = both.with_columns(
        state.alias("state"),
        pl.when(is_first)
        .then(pl.lit(week.label))
        .otherwise("opened_in_week")
        .alias("opened_in_week"),
        pl.when(is_first).then(1).otherwise(pl.col("weeks_open") + 1).alias("weeks_open"),
        pl.coalesce("direction", "direction_before"),
        pl.coalesce("case_id", "last_case_id").alias("last_case_id"),
        pl.when("is_measured")
        .then(0)
        .otherwise(pl.col("weeks_unmeasured").fill_null(0) + 1)
        .alias("weeks_unmeasured"),
        pl.when(~pl.col("is_measured"))
        .then(pl.coalesce("unmeasured_since", pl.lit(week.label)))
        .alias("unmeasured_since"),
    ).with_columns(
        (
            (pl.col("state") == "unmeasured")
            & (pl.col("weeks_unmeasured") >= parameters.variances.close_after_weeks)
        ).alias("is_close_proposed")
    )
    return CaseThread.validate(
        _with_people(threads, answers, items).select(CaseThread.column_names()).sort("case_key"),
        cast=True,
    )


_CARRIED: Final = (
    *("case_key", *_KEY, "period_start", "direction", "opened_in_week", "weeks_open"),
    *("last_case_id", "weeks_unmeasured", "unmeasured_since"),
)


def _open_before(answers: pl.DataFrame, previous: pl.DataFrame | None, week: str) -> pl.DataFrame:
    """What was open before this week: its key, period, side, since when and how often shown."""
    if previous is not None:
        return previous.filter(pl.col("state").is_in(OPEN)).select(_CARRIED)
    answered = answers.filter(pl.col("answered_in_week") < week).group_by("case_key", *_KEY)
    return answered.agg(
        pl.lit(None, pl.Date).first().alias("period_start"),
        pl.lit(None, pl.String).first().alias("direction"),
        pl.col("answered_in_week").min().alias("opened_in_week"),
        pl.lit(1, pl.Int64).first().alias("weeks_open"),
        pl.col("case_id").max().alias("last_case_id"),
        pl.lit(0, pl.Int64).first().alias("weeks_unmeasured"),
        pl.lit(None, pl.String).first().alias("unmeasured_since"),
    ).select(_CARRIED)


def _closed_by_a_person(answers: pl.DataFrame, before: pl.DataFrame) -> pl.Series:
    """Cases that somebody has said are closed, since they were opened."""
    said = answers.filter(says(CASE_CLOSED)).join(
        before.select("case_key", "opened_in_week"), on="case_key"
    )
    since = pl.col("answered_in_week") >= pl.col("opened_in_week")
    return said.filter(since)["case_key"].unique().sort()


def _with_people(threads: pl.DataFrame, answers: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Add how many have answered since the case was opened, and what they still do about it.

    An answer to another period of the same metric and scope counts, unless that lay on the other
    side: they are one story (`transforms.why.stories`).
    """
    asked = threads.select(
        "case_key", pl.coalesce("direction_before", "direction").alias("own_side")
    )
    told = answers.join(asked, on="case_key", how="left").drop("case_key")
    since = told.join(
        threads.select("case_key", *_OWNER, "direction", "opened_in_week"), on=_OWNER
    ).filter(
        (pl.col("own_side") == pl.col("direction")).fill_null(value=True),
        pl.col("answered_in_week") >= pl.col("opened_in_week"),
    )
    said = since.group_by("case_key").agg(
        pl.col("answered_by").n_unique().alias("answers"), pl.col("is_conflicting").any()
    )
    doing = items.filter(~pl.col("is_done"), pl.col("case_key").is_not_null())
    doing = doing.group_by("case_key").agg(pl.len().alias("open_actions"))
    return (
        threads.join(said, on="case_key", how="left")
        .join(doing, on="case_key", how="left")
        .with_columns(
            pl.col("answers", "open_actions").fill_null(0).cast(pl.Int64),
            pl.col("is_conflicting").fill_null(value=False),
        )
    )
