"""Levels 4 and 5: what is on record, and a question where nothing is (D-18).

Nothing here claims a cause. A process metric that moved in the same place is shown as moving
together, an event or a reason word for word; where the record ends somebody is asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import polars as pl

from transforms.catalogue import Metric
from transforms.parameters import Parameters
from transforms.scopes import COMPANY
from transforms.why.case import Case, FactRows, Window
from transforms.why.questions import asked_of
from transforms.why.ranking import base_code

MOST: Final = 3
"""Facts of one kind in one chain; the data file has them all."""

LOST_REASON: Final = "lost_reason"
_DEAL_METRICS: Final = frozenset({"win_rate", "contract_amount", "stage_conversion"})
_MONEY_METRICS: Final = frozenset({"sales_amount", "contract_amount", "cash_collected"})

Row = dict[str, Any]


@dataclass(frozen=True)
class Chain:
    """What levels 1 to 3 found, which the evidence has to be about."""

    case: Case
    span: Window
    driver: str | None
    segment: Mapping[str, str]
    """Dimension to member; empty where nothing is concentrated."""

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Scopes the evidence may speak of: the case's own, and the segment's."""
        own = (self.case.scope_kind, self.case.scope)
        return (own, *(place for place in self.segment.items() if place != own))


@dataclass(frozen=True)
class OnRecord:
    """Everything that evidence is taken from."""

    values: pl.DataFrame
    rows: FactRows
    records: Mapping[str, pl.DataFrame]
    catalogue: Mapping[str, Metric]
    parameters: Parameters

    @property
    def as_of(self) -> date:
        """Last day of the reviewed week."""
        return self.parameters.week.ends_on

    def table(self, name: str) -> pl.DataFrame | None:
        """One of the plan and CRM tables; None where it is absent or empty."""
        found = self.records.get(name)
        return found if found is not None and found.height else None


def evidence(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Give the rows of levels 4 and 5 of one chain; each level has at least one, if a question."""
    behaviour = [*_co_movements(chain, record), *_events(chain, record)]
    causes = [
        *_lost_reasons(chain, record),
        *_waiting_contracts(chain, record),
        *_overdue_tasks(chain, record),
        *_risks(chain, record),
    ]
    for level, facts in ((4, behaviour), (5, causes)):
        found = facts or [_question(chain, record)]
        for position, fact in enumerate(found, start=1):
            yield {"case_id": chain.case.case_id, "level": level, "position": position, **fact}


def _question(chain: Chain, record: OnRecord) -> Row:
    """Ask the owner of the place about the driver, by its code; packs put it in words."""
    return {
        "kind": "question",
        "subject": chain.driver or chain.case.metric,
        "asked_of": asked_of(chain.places, record.records, record.as_of),
        "due_on": record.as_of + timedelta(days=record.parameters.variances.answer_within_days),
    }


def _co_movements(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Process metrics of the same places whose reviewed week is a signal of its own (D-16)."""
    codes = [code for code, metric in record.catalogue.items() if metric.kind == "process"]
    places = pl.any_horizontal(
        (pl.col("scope_kind") == kind) & (pl.col("scope") == scope) for kind, scope in chain.places
    )
    rows = record.values.filter(
        places,
        pl.col("period_kind") == "week",
        pl.col("metric").is_in(codes),
        pl.col("metric") != chain.case.metric,
        pl.col("is_signal"),
        pl.col("value").is_not_null(),
        pl.col("baseline").is_not_null(),
    ).sort(
        pl.col("deviation_baseline").abs(),
        "metric",
        "scope_kind",
        "scope",
        descending=[True, False, False, False],
        nulls_last=True,
    )
    for row in rows.head(MOST).iter_rows(named=True):
        is_own = row["scope_kind"] == chain.case.scope_kind
        yield {
            "kind": "metric",
            "subject": row["metric"],
            "actual": row["value"],
            "reference": row["baseline"],
            "text": None if is_own else row["scope"],
        }


def _events(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Events of the register that overlap the period and touch the place (D-28)."""
    table = record.table("event")
    if table is None:
        return
    ends = pl.coalesce("ends_on", "starts_on")
    touching = table.filter(
        pl.col("starts_on") <= chain.case.ends_on, ends >= chain.case.starts_on
    ).sort("starts_on", "event_id")
    regions = _regions(record)
    places = {*chain.places, (COMPANY, COMPANY)}
    teams = [scope for kind, scope in chain.places if kind == "team"]
    places |= {("region", regions[team]) for team in teams if team in regions}
    events = [
        row
        for row in touching.iter_rows(named=True)
        if row["scope_kind"] is None or (row["scope_kind"], row["scope"]) in places
    ]
    for row in events[-MOST:]:
        yield {"kind": "event", "subject": row["event_id"], "text": row["description"]}


def _regions(record: OnRecord) -> dict[str, str]:
    table = record.table("assignment")
    return {} if table is None else regions_of_teams(table, record.as_of)


def regions_of_teams(assignment: pl.DataFrame, as_of: date) -> dict[str, str]:
    """Team to region by the assignments known on a day, the newest first."""
    rows = assignment.filter(pl.col("valid_from") <= as_of).sort("valid_from", "rep_id")
    return dict(rows.select("team", "region").iter_rows())


def _lost_reasons(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """The most frequent recorded reason of the deals lost there, with its share then and now."""
    case = chain.case
    is_about_deals = base_code(case.metric) in _DEAL_METRICS or chain.driver == "win_rate"
    deals = record.rows.of("deal_closed", case.scope_kind, case.scope)
    if not is_about_deals or deals is None:
        return
    known = [name for name in chain.segment if name in deals.columns]
    lost = deals.filter(
        ~pl.col("is_won"),
        pl.col("lost_reason").is_not_null(),
        *(pl.col(name) == chain.segment[name] for name in known),
    )
    day = pl.col("occurred_on")
    now = lost.filter(day.is_between(case.starts_on, case.ends_on))
    before = lost.filter(
        day.is_between(chain.span.reference_starts_on, chain.span.anchor, closed="left")
    )
    if not now.height:
        return
    counts = now.group_by("lost_reason").len().sort("len", "lost_reason", descending=[True, False])
    reason, count = counts.row(0)
    past = before.filter(pl.col("lost_reason") == reason).height
    yield {
        "kind": "record",
        "subject": LOST_REASON,
        "actual": float(Fraction(count, now.height)),
        "reference": float(Fraction(past, before.height)) if before.height else None,
        "text": reason,
    }


def _waiting_contracts(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Contracts of the place whose approval is overdue, the largest first."""
    table = record.table("contract")
    if table is None or base_code(chain.case.metric) not in _MONEY_METRICS:
        return
    waiting = table.filter(
        pl.col("signed_on").is_null(), pl.col("approval_due_on") < record.as_of
    ).sort("amount", "contract_id", descending=[True, False], nulls_last=True)
    if chain.case.scope_kind != COMPANY:
        reps = _reps(chain.case, record)
        waiting = waiting.filter(pl.col("rep_id").is_in(reps))
    for row in waiting.head(MOST).iter_rows(named=True):
        text = row["contract_name"] or row["approval_step"] or row["contract_id"]
        yield {"kind": "record", "subject": row["contract_id"], "text": text}


def _reps(case: Case, record: OnRecord) -> list[str]:
    table = record.table("assignment")
    if table is None:
        return []
    ends = pl.col("valid_to").fill_null(record.as_of)
    holding = table.filter(pl.col("valid_from") <= record.as_of, ends >= record.as_of)
    return holding.filter(pl.col(case.scope_kind) == case.scope)["rep_id"].to_list()


def _overdue_tasks(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Tasks of the team past their planned end, the longest overdue first."""
    table = record.table("task")
    if table is None:
        return
    overdue = table.filter(
        pl.col("planned_end_on") < record.as_of,
        pl.col("actual_end_on").is_null(),
        pl.col("progress_share").fill_null(0) < 1,
        pl.col("team").is_in(_teams(chain)),
    ).sort("planned_end_on", "task_id")
    for row in overdue.head(MOST).iter_rows(named=True):
        yield {
            "kind": "record",
            "subject": row["task_id"],
            "actual": row["progress_share"],
            "text": row["risk"] or row["task_name"],
        }


def _risks(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """High risks of the team on the register."""
    table = record.table("risk")
    if table is None:
        return
    rows = table.filter(pl.col("level") == "high", pl.col("team").is_in(_teams(chain)))
    for row in rows.sort("risk_id").head(MOST).iter_rows(named=True):
        yield {"kind": "record", "subject": row["risk_id"], "text": row["description"]}


def _teams(chain: Chain) -> list[str]:
    return [scope for kind, scope in chain.places if kind == "team"]
