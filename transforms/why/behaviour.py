"""Level 4: which behaviour or condition changed in the segment found (D-18).

Process metrics and conditions are measured in the segment itself, earlier by the weeks that each
usually comes before the driver, and held against like segments. What is found moved there and not
in the like ones: a correlation, which is what it is called; nothing here claims a cause.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.parameters import Parameters
from transforms.scopes import COMPANY
from transforms.why.conditions import CONDITIONS, condition_facts, working_days
from transforms.why.differences import Stretch
from transforms.why.lags import Lag, Lags
from transforms.why.like_segments import Asked, Moved, moved
from transforms.why.panels import Panel, Panels, Series, series_of
from transforms.why.record import MOST, Chain, OnRecord, Row, regions_of_teams
from transforms.why.rows import FactRows

MOST_WEEKS: Final = 8
"""Weeks of a longer period that are looked at, its latest: a whole run (D-16)."""

MOST_MOVED: Final = 4
"""Metrics and conditions of one chain, the clearest first."""

AND: Final = " × "
LIKE: Final = " · "


@dataclass(frozen=True)
class Behaviour:
    """What level 4 is measured with, once for all cases of a week."""

    panels: Panels
    lags: Lags
    series: tuple[Series, ...]


def behaviour_of(
    rows: FactRows,
    facts: Mapping[str, pl.LazyFrame],
    history: pl.DataFrame,
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> Behaviour:
    """Prepare level 4: the series that are measured, and the facts that conditions need."""
    as_of = parameters.week.ends_on
    series = (*filter(None, map(series_of, catalogue.values())), *CONDITIONS)
    conditions = condition_facts(facts, rows, records, as_of)
    placed = FactRows.of(conditions)
    known = FactRows({**rows.facts, **placed.facts}, {**rows.places, **placed.places})
    return Behaviour(Panels(known, as_of, series), Lags(history, catalogue, parameters), series)


def behaviours(chain: Chain, record: OnRecord, measured: Behaviour) -> Iterator[Row]:
    """Give the rows of level 4 of one chain: metrics, conditions, working days, events."""
    case, driver = chain.case, chain.driver
    team = case.scope if case.scope_kind == "team" else None
    cycle = None if chain.span.cycle is None else chain.span.cycle.days
    named = {case.metric, driver}
    series = [each for each in measured.series if each.code not in named]
    lags = {
        each.code: Lag(0, "same_week")
        if each.kind == "condition"
        else measured.lags.of(each.code, case.metric, driver, team, cycle)
        for each in series
    }
    panels = _panels(chain, measured, series)
    most = record.parameters.relations.most_lag_weeks
    asked = Asked(
        {code: lag.weeks for code, lag in lags.items()},
        stretch_of(chain),
        chain.segments,
        float(record.parameters.variances.trigger),
        {
            each.code: most
            for each in series
            if each.kind == "metric" and lags[each.code].basis != "learned"
        },
    )
    found = moved(panels, series, asked)
    for each in found[:MOST_MOVED]:
        yield _row(each, lags[each.series.code], chain)
    yield from _signals(chain, record, panels)
    yield from _working_days(chain, record)
    yield from _events(chain, record)


def stretch_of(chain: Chain) -> Stretch:
    """The case's weeks and the weeks before that they are held against.

    Weeks are counted back from the period's end; the reference ends where that of level 2 does, so
    that a story of this quarter cannot hide in its own reference.
    """
    case, span = chain.case, chain.span
    whole = max(round(span.days / 7), 1)
    weeks = min(whole, MOST_WEEKS)
    before = max((case.starts_on - span.anchor).days, 0) // 7
    return Stretch(weeks, before + whole - weeks, 13)


def _panels(chain: Chain, measured: Behaviour, series: Sequence[Series]) -> dict[str, Panel]:
    scope = (chain.case.scope_kind, chain.case.scope)
    segment = {name: member for name, member in chain.segment.items() if name != scope[0]}
    found = {
        fact: measured.panels.of(fact, scope, segment)
        for fact in dict.fromkeys(each.fact for each in series)
    }
    return {fact: panel for fact, panel in found.items() if panel is not None}


def _row(each: Moved, lag: Lag, chain: Chain) -> Row:
    missing = [
        name
        for name in chain.segment
        if name not in each.dimensions and name != chain.case.scope_kind
    ]
    return {
        "kind": each.series.kind,
        "subject": each.series.code,
        "dimensions": AND.join(each.dimensions) or None,
        "members": AND.join(each.members) or None,
        "unmeasured": AND.join(missing) or None,
        "actual": each.actual,
        "reference": each.reference,
        "lag_weeks": each.lag_weeks,
        "lag_basis": "dated" if each.is_dated else lag.basis,
        "effect": each.effect,
        "effect_low": each.low,
        "effect_high": each.high,
        "n": each.n,
        "comparison": LIKE.join(each.comparison) or None,
    }


def _signals(chain: Chain, record: OnRecord, panels: Mapping[str, Panel]) -> Iterator[Row]:
    """Process metrics that no fact measures by the week there, but whose own week is a signal.

    A company's own formulas, for example (D-16).
    """
    codes = {
        code
        for code, metric in record.catalogue.items()
        if metric.kind == "process"
        and code != chain.case.metric
        and (series_of(metric) is None or metric.numerator.fact not in panels)
    }
    found = sorted(
        (position, row)
        for place in chain.places
        for position, row in record.signals.get(place, ())
        if row["metric"] in codes
    )
    for _, row in found[:MOST]:
        is_own = row["scope_kind"] == chain.case.scope_kind
        yield {
            "kind": "metric",
            "subject": row["metric"],
            "actual": row["value"],
            "reference": row["baseline"],
            "text": None if is_own else row["scope"],
        }


def _working_days(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Fewer or more working days a week than in the reference, for a sum held against its past.

    A plan is spread over working days already (D-2), and a ratio does not depend on them.
    """
    case, span, parameters = chain.case, chain.span, record.parameters
    metric = record.catalogue.get(case.metric)
    if case.reference_kind == "plan" or metric is None or metric.is_level:
        return
    day = timedelta(days=1)
    actual = working_days(case.starts_on, case.ends_on, parameters.calendar)
    usual = working_days(span.reference_starts_on, span.anchor - day, parameters.calendar)
    if abs(actual - usual) > float(parameters.variances.trigger) * usual:
        yield {
            "kind": "condition",
            "subject": "working_days",
            "actual": actual,
            "reference": usual,
            "lag_weeks": 0,
            "lag_basis": "same_week",
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
    if table is None:
        return {}
    return record.once("regions", lambda: regions_of_teams(table, record.as_of))
