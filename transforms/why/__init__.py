"""The 5-Why engine (D-17, D-18): from a deviation to its driver, its segment and the evidence."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import dataframely as dy
import polars as pl

from transforms.catalogue import Metric
from transforms.parameters import Parameters
from transforms.tables.drivers import Bridge, Driver
from transforms.tables.review import Evidence, Segment, Variance
from transforms.why.behaviour import behaviour_of
from transforms.why.breakdown import GAP, Breakdown, bridge_rows, driver_rows
from transforms.why.case import Case, fact_rows, rounded, window
from transforms.why.cohort import sales_cycle
from transforms.why.drivers import break_down
from transforms.why.evidence import evidence
from transforms.why.ranking import ranked
from transforms.why.record import Chain, OnRecord, regions_of_teams
from transforms.why.references import compared
from transforms.why.segments import Found, located, own_rate
from transforms.why.trigger import triggered

__all__ = ["explain"]

_LOOK_BACK: Final = timedelta(days=731)
"""Days of facts looked at before the reviewed week: a quarter, its reference, a year of rhythm."""

_AND: Final = " × "
_DRIVERS_ON_PAGE: Final = 3

PART_OF: Final = {"lost_customers": "existing_volume"}
"""Drivers all of whose rows changed alike, and what they were a part of: lost among existing."""

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
    rows = fact_rows(facts, week.starts_on - _LOOK_BACK, week.ends_on)
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
    found: dict[str, list[Row]] = {"driver": [], "bridge": [], "segment": [], "evidence": []}
    quarter, planned = _quarter_start(values), _dues(values)
    for case in cases:
        span = window(case, quarter or case.starts_on, parameters.noise.baseline_weeks, cycle)
        is_plan = case.reference_kind == "plan"
        dues = planned.get(_place(case), {}) if is_plan else {}
        breakdown = break_down(case, span, rows, catalogue, dues)
        segments = _segments(case, breakdown, parameters.variances.segment_dimensions)
        chain = Chain(
            case,
            span,
            breakdown.driver,
            _first(segments, breakdown.driver),
            tuple(each.members for several in segments.values() for each in several),
        )
        bridge = bridge_rows(
            case.case_id, case.reference_kind, (case.actual, case.reference), breakdown
        )
        found["bridge"] += bridge
        if not case.is_within_noise:
            found["bridge"] += compared(case, span, week, rows, catalogue, dues)
        found["driver"] += driver_rows(case, bridge)
        found["segment"] += _segment_rows(case, breakdown, segments)
        found["evidence"] += evidence(chain, record, measured)
    variance = [_variance_row(rank, case) for rank, case in enumerate(cases, start=1)]
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


Segments = dict[str, tuple[Found, ...]]


def _segments(case: Case, breakdown: Breakdown, most_dimensions: int) -> Segments:
    """Segments of the gap as a whole and of its driver; on a page, of the next drivers as well."""
    wanted = [GAP, *breakdown.drivers[: _DRIVERS_ON_PAGE if case.has_page else 1]]
    found: Segments = {}
    for code in wanted:
        cut = breakdown.cuts.get(code)
        if cut is None:
            continue
        if GAP in found and cut is breakdown.cuts[GAP]:
            found[code] = own_rate(cut, found[GAP]) if cut.kind == "rate" else found[GAP]
        else:
            base = breakdown.cuts.get(PART_OF.get(code, ""))
            found[code] = located(cut, most_dimensions, base)
    return found


def _first(segments: Segments, driver: str | None) -> Mapping[str, str]:
    """The segment that the evidence is looked for in: the driver's, else the gap's."""
    found = (*segments.get(driver or GAP, ()), *segments.get(GAP, ()))
    return found[0].members if found else {}


def _segment_rows(case: Case, breakdown: Breakdown, segments: Segments) -> Iterator[Row]:
    for code, found in segments.items():
        for position, segment in enumerate(found, start=1):
            part = rounded(segment.part * breakdown.weights[code])
            share = float(part / case.gap)
            yield {
                "case_id": case.case_id,
                "driver": code,
                "position": position,
                "dimensions": _AND.join(segment.members),
                "members": _AND.join(segment.members.values()),
                "actual": rounded(segment.actual),
                "reference": rounded(segment.reference),
                "contribution": part,
                "share": share,
                "residual_share": 1 - share,
            }


def _variance_row(rank: int, case: Case) -> Row:
    return {
        "case_id": case.case_id,
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
        "has_page": case.has_page,
        "is_beyond_trigger": case.is_beyond_trigger,
    }


def _frame(table: type[dy.Schema], rows: list[Row]) -> pl.DataFrame:
    types = {name: column.dtype for name, column in table.columns().items()}
    return pl.DataFrame(rows, schema=types, orient="row")
