"""Targets as they were when their window began, and as they are now."""

from typing import Final

import polars as pl

from transforms.exact import ratio
from transforms.tables.plan_review import TargetRevision

_KEYS: Final = ["metric", "scope_kind", "scope", "period_start", "period_end"]

VERSIONS: Final = ["known_from", "known_to"]
"""System time of a version in UTC; `known_to` is null while it is current."""


def targets_then(versions: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Find the version of each target at the time its window began.

    `versions` are Target rows with `VERSIONS`. That is the one known at the end of the window's
    first day in the company's time zone, else the first there ever was: a plan that is loaded
    late is still the plan. Returns Target rows and `known_from`, one a key.
    """
    began = (
        pl.col("period_start")
        .dt.offset_by("1d")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
        .dt.replace_time_zone(None)
    )
    in_time = versions.filter(pl.col("known_from") < began)
    newest = in_time.sort(*_KEYS, "known_from").unique(_KEYS, keep="last")
    first = versions.sort(*_KEYS, "known_from").unique(_KEYS, keep="first")
    late = first.join(newest, on=_KEYS, how="anti")
    return pl.concat([newest, late]).drop("known_to").sort(_KEYS)


def target_revisions(
    versions: pl.DataFrame, then: pl.DataFrame, progress: pl.DataFrame
) -> pl.DataFrame:
    """Hold the target of then beside that of now (`TargetRevision`), one row a window.

    `then` comes from `targets_then`, `progress` is the TargetProgress of the targets of then, so
    that a target that was withdrawn keeps its actual. Windows that have not begun are left out;
    so are metrics that the catalogue does not hold, because nothing measures them. Of a target
    that did not change no instant is kept: the same plan loaded later is the same review.
    """
    value = pl.col("target_value")
    runs = (
        versions.sort(*_KEYS, "known_from")
        .group_by(_KEYS, maintain_order=True)
        .agg(
            (value.ne_missing(value.shift()) | (pl.int_range(pl.len()) == 0))
            .sum()
            .cast(pl.Int64)
            .alias("versions"),
            pl.max_horizontal(pl.col("known_from").max(), pl.col("known_to").max()).alias(
                "last_at"
            ),
            value.filter(pl.col("known_to").is_null()).last().alias("target_now"),
        )
    )
    is_changed = pl.col("target_then").ne_missing(pl.col("target_now"))
    actual = pl.when(pl.col("state").is_in(["ok", "zero"])).then("actual")
    frame = (
        then.select(*_KEYS, pl.col("target_value").alias("target_then"))
        .join(runs, on=_KEYS)
        .join(progress.select(*_KEYS, "actual", "attainment", "state"), on=_KEYS)
        .filter(pl.col("state") != "not_due")
        .select(
            *_KEYS,
            "target_then",
            "target_now",
            "versions",
            is_changed.alias("is_changed"),
            pl.when(is_changed).then("last_at").alias("changed_at"),
            actual.alias("actual"),
            pl.when(actual.is_not_null()).then("attainment").alias("attainment_then"),
            ratio(actual, pl.col("target_now")).alias("attainment_now"),
            "state",
        )
        .sort(_KEYS)
    )
    return TargetRevision.validate(frame, cast=True)
