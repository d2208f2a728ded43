"""One question per story: cases that are the same gap seen over other periods, or in its driver."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl

from transforms.why.answers import key_of
from transforms.why.case import Case
from transforms.why.ranking import EXPLAINED_BY_CHILD, base_code
from transforms.why.threads import OPEN
from transforms.why.trigger import PERIODS

_OWNER: Final = ("metric", "scope_kind", "scope")
_CASE_KEY: Final = pl.concat_str(*_OWNER, "period_kind", separator=":")

Drivers = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows of the table `driver` by case."""


def stories(cases: Iterable[Case], drivers: Drivers) -> dict[str, str]:
    """Say of every case which case tells its story and asks its question (D-18).

    Takes the cases by rank and the drivers of each. Week, month and quarter of one metric in one
    scope are one story where their gaps lie on the same side; a week above and a quarter below are
    two. A metric that is a driver of another is told by it, or tells it, where both are cases of
    the same scope and period, neither is noise, and the driver makes up at least four fifths of
    the other's gap, on the same side: then it clearly is the same gap. Of a story the first case
    with a page tells it, else the first by rank.
    """
    ordered = list(cases)
    groups: dict[tuple[str, str, str, bool], list[Case]] = {}
    for case in ordered:
        groups.setdefault(_gap_of(case), []).append(case)
    place = {group: number for number, group in enumerate(groups)}
    parent = list(range(len(place)))

    def root(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    for one, other in _same_gaps(ordered, drivers):
        first, second = sorted((root(place[_gap_of(one)]), root(place[_gap_of(other)])))
        parent[second] = first
    told: dict[int, list[Case]] = {}
    for case in ordered:
        told.setdefault(root(place[_gap_of(case)]), []).append(case)
    return {
        case.case_id: next((each for each in several if each.has_page), several[0]).case_id
        for several in told.values()
        for case in several
    }


def answers_of_story(answers: pl.DataFrame, case_id: str, story: Mapping[str, str]) -> pl.DataFrame:
    """Give the answers to a case, an answer to any case of its story counting as one to it.

    `answers` are CaseAnswer rows. So is an answer to the same metric and scope over a period that
    is no case any more: what was said of the week holds for the month that still lags. Of several
    weeks the newest stands.
    """
    if answers.is_empty():
        return answers
    listed = [key_of(each) for each in story]
    mine = [key_of(each) for each, teller in story.items() if teller == story[case_id]]
    key = key_of(case_id)
    owner = pl.concat_str(*_OWNER, separator=":")
    is_left = (owner == key.rpartition(":")[0]) & ~pl.col("case_key").is_in(listed)
    is_mine = pl.col("case_key").is_in(mine) | is_left
    told = answers.with_columns(
        pl.when(is_mine).then(pl.lit(key)).otherwise("case_key").alias("case_key")
    )
    week, is_current = pl.col("answered_in_week"), pl.col("is_current")
    newest = week.filter(is_current).max().over("case_key")
    is_newest = (is_current & (week == newest)).fill_null(value=False)
    return told.with_columns(is_newest.alias("is_current"))


def opened_of_stories(before: pl.DataFrame) -> pl.DataFrame:
    """List the cases that stand open as long as their story does: case_key, opened_in_week.

    `before` are the CaseThread rows of the review before. A case that is closed, or was none, is
    open with another period of the same metric and scope, unless that lies on the other side: an
    answer to the week is not lost when the week recovers before the month.
    """
    is_open = pl.col("state").is_in(OPEN)
    own = before.filter(is_open).select("case_key", "opened_in_week")
    sides = before.select("case_key", pl.col("direction").alias("own_side"))
    periods = pl.DataFrame({"period_kind": PERIODS})
    others = (
        before.filter(is_open)
        .select(*_OWNER, "direction", "opened_in_week")
        .join(periods, how="cross")
        .select(_CASE_KEY.alias("case_key"), "direction", "opened_in_week")
        .join(own, on="case_key", how="anti")
        .join(sides, on="case_key", how="left")
        .filter((pl.col("own_side") == pl.col("direction")).fill_null(value=True))
        .group_by("case_key")
        .agg(pl.col("opened_in_week").min())
    )
    return pl.concat([own, others]).sort("case_key")


def _gap_of(case: Case) -> tuple[str, str, str, bool]:
    """Metric, scope and side: what the periods of one gap have in common."""
    return case.metric, case.scope_kind, case.scope, case.gap > 0


def _same_gaps(cases: Sequence[Case], drivers: Drivers) -> Iterable[tuple[Case, Case]]:
    """Pairs of cases of which one is the driver that makes up the other's gap."""
    signals = [case for case in cases if case.is_beyond_trigger and not case.is_within_noise]
    found = {
        (case.scope_kind, case.scope, case.period_kind, base_code(case.metric)): case
        for case in signals
    }
    for case in signals:
        for row in drivers.get(case.case_id, ()):
            other = found.get((case.scope_kind, case.scope, case.period_kind, row["driver"]))
            if other is None or other is case or row["share"] is None:
                continue
            is_whole = Decimal(repr(row["share"])) >= EXPLAINED_BY_CHILD
            if is_whole and (other.gap > 0) == (case.gap > 0):
                yield case, other
