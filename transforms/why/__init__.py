"""The 5-Why engine (D-17, D-18): from a deviation to its driver, its segment and the evidence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import dataframely as dy
import polars as pl

from transforms.catalogue import Metric
from transforms.parameters import Parameters
from transforms.tables.cases import Evidence, Segment, Variance
from transforms.tables.drivers import Bridge, Driver
from transforms.why.behaviour import behaviour_of
from transforms.why.breakdown import driver_rows
from transforms.why.case import Case, window
from transforms.why.chains import Asked, taken_apart
from transforms.why.cohort import sales_cycle
from transforms.why.evidence import evidence
from transforms.why.ranking import ranked
from transforms.why.reads import facts_read
from transforms.why.record import OnRecord, regions_of_teams
from transforms.why.rows import fact_rows
from transforms.why.stories import answers_of_story, stories
from transforms.why.trigger import triggered

__all__ = ["explain"]

_LOOK_BACK: Final = timedelta(days=731)
"""Days of facts looked at before the reviewed week: a quarter, its reference, a year of rhythm."""

Row = dict[str, Any]
Place = tuple[str, str, str]


def explain(
    values: pl.DataFrame,
    history: pl.DataFrame,
    facts: Mapping[str, pl.LazyFrame],
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> dict[str, pl.DataFrame]:
    """Explain every deviation of the reviewed week beyond the trigger.

    Takes the metric values of the week (`MetricValue`), the metrics' history (`MetricPoint`), the
    facts (`transforms.tables.facts`), the plan and CRM tables by entity name, catalogue and
    parameters. Gives the tables `variance`, `driver`, `bridge`, `segment` and `evidence`, each to
    its contract in `transforms.tables.review`, ordered by rank.
    """
    week = parameters.week
    rows = fact_rows(facts, week.starts_on - _LOOK_BACK, week.ends_on, facts_read(catalogue))
    assignment = records.get("assignment")
    regions = {} if assignment is None else regions_of_teams(assignment, week.ends_on)
    cases = ranked(
        triggered(values, history, catalogue, parameters),
        values,
        regions,
        parameters.variances.pages,
    )
    limits = parameters.variances
    cycle = sales_cycle(rows, limits.sales_cycle_days, limits.short_cycle_days)
    record = OnRecord(values, rows, records, catalogue, parameters)
    measured = behaviour_of(rows, facts, history, records, catalogue, parameters)
    quarter, planned = _quarter_start(values), _dues(values)
    asked = [
        Asked(
            case,
            window(case, quarter or case.starts_on, parameters.noise.baseline_weeks, cycle),
            planned.get(_place(case), {}) if case.reference_kind == "plan" else {},
        )
        for case in cases
    ]
    found: dict[str, list[Row]] = {"driver": [], "bridge": [], "segment": [], "evidence": []}
    parts = taken_apart(asked, rows, catalogue, week, limits.segment_dimensions)
    drivers = {each.chain.case.case_id: driver_rows(each.chain.case, each.bridge) for each in parts}
    story = stories(cases, drivers)
    for each in parts:
        case_id = each.chain.case.case_id
        found["bridge"] += each.bridges
        found["driver"] += drivers[case_id]
        found["segment"] += each.segments
        found["evidence"] += evidence(each.chain, _answered(record, case_id, story), measured)
    variance = [_variance_row(rank, case, story) for rank, case in enumerate(cases, start=1)]
    return {
        "variance": Variance.validate(_frame(Variance, variance)),
        "driver": Driver.validate(_frame(Driver, found["driver"])),
        "bridge": Bridge.validate(_frame(Bridge, found["bridge"])),
        "segment": Segment.validate(_frame(Segment, found["segment"])),
        "evidence": Evidence.validate(_frame(Evidence, found["evidence"])),
    }


def _quarter_start(values: pl.DataFrame) -> date | None:
    """First day of the fiscal quarter, as the metric values have it."""
    starts = values.filter(pl.col("period_kind") == "qtd")["period_start"]
    return starts[0] if starts.len() else None


def _place(case: Case) -> Place:
    return case.scope_kind, case.scope, case.period_kind


def _dues(values: pl.DataFrame) -> dict[Place, dict[str, Decimal]]:
    """What is due of every metric, by scope kind, scope and period kind (D-2a)."""
    due = values.filter(pl.col("target_state") == "ok", pl.col("due").is_not_null())
    found: dict[Place, dict[str, Decimal]] = {}
    for kind, scope, period, metric, amount in due.select(
        "scope_kind", "scope", "period_kind", "metric", "due"
    ).iter_rows():
        found.setdefault((kind, scope, period), {})[metric] = amount
    return found


def _answered(record: OnRecord, case_id: str, story: Mapping[str, str]) -> OnRecord:
    """The record as a case sees it: what was answered to its story was answered to it."""
    answers = record.table("case_answer")
    if answers is None:
        return record
    own = answers_of_story(answers, case_id, story)
    return replace(record, records={**record.records, "case_answer": own})


def _variance_row(rank: int, case: Case, story: Mapping[str, str]) -> Row:
    return {
        "case_id": case.case_id,
        "story": story[case.case_id],
        "rank": rank,
        "metric": case.metric,
        "scope_kind": case.scope_kind,
        "scope": case.scope,
        "period_kind": case.period_kind,
        "period_start": case.starts_on,
        "period_end": case.ends_on,
        "reference_kind": case.reference_kind,
        "actual": case.actual,
        "reference": case.reference,
        "gap": case.gap,
        "deviation_share": float(case.gap / abs(case.reference)) if case.reference else None,
        "is_within_noise": case.is_within_noise,
        "has_page": case.has_page and story[case.case_id] == case.case_id,
        "is_beyond_trigger": case.is_beyond_trigger,
    }


def _frame(table: type[dy.Schema], rows: list[Row]) -> pl.DataFrame:
    types = {name: column.dtype for name, column in table.columns().items()}
    return pl.DataFrame(rows, schema=types, orient="row")
