"""Level 5: causes on record, and a question where nothing is (D-18).

Nothing here claims a cause: a reason is given word for word as somebody recorded it; where the
record ends somebody is asked.
"""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Final

import polars as pl

from transforms.scopes import COMPANY
from transforms.why.answers import differ
from transforms.why.case import Case, fraction
from transforms.why.earlier import answers_to, answers_to_like_cases
from transforms.why.ranking import base_code
from transforms.why.record import MOST, Chain, OnRecord, Row
from transforms.why.register import DONE, says
from transforms.why.trigger import exceeds

LOST_REASON: Final = "lost_reason"
SATISFACTION: Final = "satisfaction"
SHORTEST_NAME: Final = 2
"""Letters of a name that is looked for in texts; a shorter one stands in many words."""
_DEAL_METRICS: Final = frozenset({"win_rate", "contract_amount", "stage_conversion"})
_MONEY_METRICS: Final = frozenset({"sales_amount", "contract_amount", "cash_collected"})


def root_causes(chain: Chain, record: OnRecord) -> list[Row]:
    """Give level 5 of one chain: answers first, then what is on record, then a question.

    A person's answer takes the first place and the question away; what is on record stays below
    it. Where two people answer in different words the question stays: neither is preferred.
    """
    answers = [*answers_to(chain, record)]
    facts = [
        *_lost_reasons(chain, record),
        *_waiting_contracts(chain, record),
        *_overdue_tasks(chain, record),
        *_risks(chain, record),
        *_dissatisfaction(chain, record),
    ]
    classed = [_by_playbook(fact, record) for fact in facts]
    earlier = [*answers_to_like_cases(chain, record)]
    is_settled = bool(answers) and not differ(answers)
    asked = [] if is_settled else [question(chain, record)]
    return [*answers, *classed, *earlier, *asked]


def _by_playbook(fact: Row, record: OnRecord) -> Row:
    """Class a text on record by the words of the company's playbook, where one of them is in it."""
    text = fact.get("text") or ""
    for cause in record.parameters.playbook:
        if any(word in text for word in (cause.name, *cause.words)):
            done = "；".join(cause.countermeasures) or None
            return {**fact, "cause_class": cause.cause_class, "countermeasure": done}
    return fact


def question(chain: Chain, record: OnRecord) -> Row:
    """Ask the owner of the place about the driver, by its code; packs put it in words."""
    return {
        "kind": "question",
        "subject": chain.driver or chain.case.metric,
        "asked_of": record.people.asked(chain.places, chain.case.metric),
        "due_on": record.as_of + timedelta(days=record.parameters.variances.answer_within_days),
    }


def _lost_reasons(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """The most frequent recorded reason of the deals lost there, with its share then and now."""
    case = chain.case
    is_about_deals = base_code(case.metric) in _DEAL_METRICS or chain.driver == "win_rate"
    deals = record.rows.within("deal_closed", case.scope_kind, case.scope)
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
    """Tasks of the team, or that name the segment, past their planned end, the longest first."""
    table = record.table("task")
    if table is None:
        return
    overdue = table.filter(
        pl.col("planned_end_on") < record.as_of,
        pl.col("actual_end_on").is_null(),
        pl.col("progress_share").fill_null(0) < 1,
        _is_about(chain, "task_name", "risk"),
    )
    for row in _nearest(overdue, chain, ("task_name", "risk"), "planned_end_on", "task_id"):
        yield {
            "kind": "record",
            "subject": row["task_id"],
            "actual": row["progress_share"],
            "text": row["risk"] or row["task_name"],
        }


def _risks(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """High risks of the team on the register, and those of any level that name the segment."""
    table = record.table("risk")
    if table is None:
        return
    is_high = (pl.col("level") == "high") & pl.col("team").is_in(_teams(chain))
    rows = table.filter(is_high | _names_place(chain, "description"), ~says(DONE))
    for row in _nearest(rows, chain, ("description",), "risk_id"):
        yield {"kind": "record", "subject": row["risk_id"], "text": row["description"]}


def _teams(chain: Chain) -> list[str]:
    return [scope for kind, scope in chain.places if kind == "team"]


def _names_segment(chain: Chain, *columns: str) -> pl.Expr:
    """Whether a text names a member of the segment, such as the channel whose leads fell."""
    names = [name for name in chain.segment.values() if len(name) >= SHORTEST_NAME]
    text = pl.concat_str(*columns, separator=" ", ignore_nulls=True)
    return text.str.contains_any(names) if names else pl.lit(value=False)


def _names_place(chain: Chain, *columns: str) -> pl.Expr:
    """Whether a text names the segment and is no other team's, where the case is a team's."""
    is_open = pl.lit(chain.case.scope_kind != "team") | pl.col("team").is_null()
    own = pl.col("team").is_in(_teams(chain)).fill_null(value=False)
    return _names_segment(chain, *columns).fill_null(value=False) & (own | is_open)


def _is_about(chain: Chain, *columns: str) -> pl.Expr:
    return pl.col("team").is_in(_teams(chain)) | _names_place(chain, *columns)


def _nearest(
    rows: pl.DataFrame, chain: Chain, texts: tuple[str, ...], *order: str
) -> Iterator[Row]:
    """The first rows, those that name the segment before the others."""
    named = rows.with_columns(_names_segment(chain, *texts).alias("names_segment"))
    ordered = named.sort("names_segment", *order, descending=[True, *(False for _ in order)])
    yield from ordered.head(MOST).iter_rows(named=True)


def _dissatisfaction(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Survey scores of the places that fell beyond the trigger since the period before."""
    known = record.changes.get(SATISFACTION)
    if known is None:
        return
    rows = known.filter(chain.is_placed(), pl.col("period_kind") == chain.case.period_kind)
    trigger = record.parameters.trigger_of(SATISFACTION)
    for row in rows.sort("scope_kind", "scope").iter_rows(named=True):
        if (
            chain.case.metric != SATISFACTION
            and exceeds(fraction(row["value"]), fraction(row["previous"]), trigger)
            and row["value"] < row["previous"]
        ):
            yield {
                "kind": "metric",
                "subject": SATISFACTION,
                "actual": row["value"],
                "reference": row["previous"],
                "text": None if row["scope_kind"] == chain.case.scope_kind else row["scope"],
            }
