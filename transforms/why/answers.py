"""What people answered on worksheets: which case, which answer counts, and where two differ."""

from collections.abc import Mapping, Sequence
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


def plain_words(column: str = "why") -> pl.Expr:
    """An answer without blanks and stops, in small letters: what two answers are compared by.

    >>> frame = pl.DataFrame({"why": ["渠道 造假。", "渠道造假", "价格"]})
    >>> frame.select(plain_words().n_unique()).item()
    2
    """
    return pl.col(column).str.replace_all(r"[\s，。,.;；]+", "").str.to_lowercase()


def differ(answers: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two people answer one case in different words (D-18).

    Takes rows of evidence with `subject`, who answers, and `text`. People who give several
    reasons agree where they give the same ones.

    >>> said = [{"subject": "李强", "text": "渠道造假。"}, {"subject": "王芳", "text": "渠道造假"}]
    >>> differ(said), differ([*said, {"subject": "陈静", "text": "价格"}])
    (False, True)
    """
    if not answers:
        return False
    frame = pl.DataFrame(
        [(row["subject"], row["text"]) for row in answers],
        schema={"subject": pl.String, "text": pl.String},
        orient="row",
    )
    reasons = frame.group_by("subject").agg(plain_words("text").unique().sort())
    return reasons["text"].n_unique() > 1


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
        .group_by("case_key", "answered_by")
        .agg(plain_words().unique().sort().alias("reasons"))
        .group_by("case_key")
        .agg(pl.col("reasons").n_unique())
        .filter(pl.col("reasons") > 1)["case_key"]
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
