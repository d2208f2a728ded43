"""What people answered: to this very case, and to one like it before (D-18, level 5)."""

from collections.abc import Iterator

import polars as pl

from transforms.why.answers import key_of, plain_words
from transforms.why.ranking import base_code
from transforms.why.record import MOST, Chain, OnRecord, Row


def answers_to(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """The current answers to the case: of each person, every cause once."""
    table = record.table("case_answer")
    if table is None:
        return
    key = key_of(chain.case.case_id)
    mine = table.filter(pl.col("case_key") == key, "is_current", pl.col("why").is_not_null())
    if _has_turned(chain, record):
        mine = mine.filter(pl.col("answered_in_week") == record.parameters.week.label)
    causes = mine.sort("answered_by", "case_id", "line").with_columns(plain_words().alias("said"))
    told = causes.unique(["answered_by", "said"], keep="first", maintain_order=True)
    for row in told.iter_rows(named=True):
        yield _fact("answer", row)


def answers_to_like_cases(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Answers to other cases of the same metric or driver in the same place, the newest first.

    The place is the scope of the case, or the same segment in any scope; a team is not told what
    other teams answered.
    """
    table = record.table("case_answer")
    if table is None:
        return
    case, segment = chain.case, chain.segment_code
    metric = pl.col("metric").str.replace(r"\[.*$", "") == base_code(case.metric)
    driver = pl.col("driver") == chain.driver if chain.driver else pl.lit(value=False)
    own = (pl.col("scope_kind") == case.scope_kind) & (pl.col("scope") == case.scope)
    is_shared = segment is not None and case.scope_kind != "team"
    place = own | (pl.col("segment") == segment) if is_shared else own
    is_own = (pl.col("case_key") == key_of(case.case_id)) & pl.col("is_current")
    like = table.filter(
        metric | driver.fill_null(value=False),
        place.fill_null(value=False),
        ~is_own,
        pl.col("why").is_not_null(),
    )
    newest = _first_lines(like).sort(
        "answered_in_week", "case_id", "answered_by", descending=[True, False, False]
    )
    told = newest.unique(["answered_by", "why"], keep="first", maintain_order=True)
    for row in told.head(MOST).iter_rows(named=True):
        yield _fact("earlier", row)


def _has_turned(chain: Chain, record: OnRecord) -> bool:
    """Whether the gap lay on the other side in the review before: then it is another story."""
    before = record.table("case_thread_before")
    if before is None:
        return False
    mine = before.filter(pl.col("case_key") == key_of(chain.case.case_id))["direction"]
    side = "below" if chain.case.gap < 0 else "above"
    return bool(mine.len()) and mine[0] not in {None, side}


def _first_lines(answers: pl.DataFrame) -> pl.DataFrame:
    """One row for each case and person: the first line that says why."""
    return answers.sort("case_id", "answered_by", "line").unique(
        ["case_id", "answered_by"], keep="first", maintain_order=True
    )


def _fact(kind: str, row: Row) -> Row:
    return {
        "kind": kind,
        "subject": row["answered_by"],
        "text": row["why"],
        "cause_class": row["cause_class"],
        "answered_in_week": row["answered_in_week"],
        "countermeasure": row["action"],
    }
