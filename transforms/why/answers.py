"""What people answered on worksheets: which case, which answer counts, and where two differ."""

from typing import Any, Final

import dataframely as dy
import polars as pl

from transforms.tables.act import CaseAnswer
from transforms.tables.answers import CASE_ID, Answer

LINEAGE: Final[dict[str, Any]] = {"known_from": pl.Datetime("us"), "file_name": pl.String}
"""What an answer as read has besides the columns of the entity: arrival (UTC) and file."""

_PARTS: Final = ("answered_in_week", "metric", "scope_kind", "scope", "period_kind")


def key_of(case_id: str) -> str:
    """A case whatever its week.

    >>> key_of("2026-W46:leads:team:华东二部:week")
    'leads:team:华东二部:week'
    """
    return case_id.partition(":")[2]


def case_answers(
    answers: pl.DataFrame, week: str, opened: pl.DataFrame | None = None
) -> dy.DataFrame[CaseAnswer]:
    """Say of each answer which case it is about, whether it counts, whether another contradicts.

    Takes the current rows of `Answer` with `LINEAGE`, the label of the reviewed week (answers to
    later worksheets are left out), and of the cases that were open before it `case_key` and
    `opened_in_week`. The answers of the newest week that has any are the current ones of a case,
    unless the case was closed since: then it is another time. Among them, two people whose words
    differ contradict each other, and neither is preferred; a later week's answer settles it.
    """
    parts = pl.col("case_id").str.extract_groups(CASE_ID).struct.rename_fields([*_PARTS])
    placed = (
        answers.with_columns(parts.alias("parts"))
        .unnest("parts")
        .with_columns(pl.col("case_id").str.replace(r"^[^:]+:", "").alias("case_key"))
        .filter(pl.col("answered_in_week") <= week)
        .rename({"known_from": "answered_at"})
    )
    words = pl.col("why").str.replace_all(r"[\s，。,.;；]+", "").str.to_lowercase()
    is_newest = pl.col("answered_in_week") == pl.col("answered_in_week").max().over("case_key")
    if opened is None:
        placed = placed.with_columns(is_newest.alias("is_current"))
    else:
        since = pl.col("opened_in_week") <= pl.col("answered_in_week")
        is_open = (since | (pl.col("answered_in_week") == week)).fill_null(value=False)
        placed = (
            placed.join(opened.select("case_key", "opened_in_week"), on="case_key", how="left")
            .with_columns((is_newest & is_open).alias("is_current"))
            .drop("opened_in_week")
        )
    differing = (
        placed.filter("is_current", pl.col("why").is_not_null())
        .group_by("case_key")
        .agg(pl.col("answered_by").n_unique().alias("people"), words.n_unique().alias("answers"))
        .filter(pl.col("people") > 1, pl.col("answers") > 1)["case_key"]
    )
    found = placed.with_columns(
        (pl.col("is_current") & pl.col("case_key").is_in(differing.implode())).alias(
            "is_conflicting"
        ),
    )
    return CaseAnswer.validate(
        found.select(CaseAnswer.column_names()).sort(
            "answered_in_week", "case_id", "answered_by", "line"
        ),
        cast=True,
    )


def no_answers() -> pl.DataFrame:
    """Answers as read, where nobody has answered anything."""
    schema: dict[str, Any] = {**Answer.create_empty().schema, **LINEAGE}
    return pl.DataFrame(schema=schema)
