"""The review tables about the plan itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import duckdb
import polars as pl

from flows.review_facts import ReviewFacts
from flows.settings.company import Identity
from flows.sql import statement
from flows.warehouse import in_utc
from transforms.budget_spending import budget_spending
from transforms.catalogue import Metric
from transforms.currencies import money_on
from transforms.driver_targets import FACTS_READ as OF_DRIVERS
from transforms.driver_targets import driver_plan, targets_of_drivers
from transforms.goal_progress import goal_progress
from transforms.goals import REACHABLE, goal_checks, goal_windows
from transforms.parameters import Parameters, ReviewWeek
from transforms.plan_structure import plan_flaws
from transforms.reads import together
from transforms.risk_triggers import risk_checks
from transforms.scopes import UNASSIGNED
from transforms.split_shares import (
    split_metrics,
    split_periods,
    splits_last_year,
    values_last_year,
    with_derived,
)
from transforms.tables.plan import Target
from transforms.tables.plan_review import TermBreach
from transforms.target_revisions import VERSIONS, target_revisions, targets_then
from transforms.target_splits import split_targets
from transforms.targets import (
    daily_targets,
    target_progress,
    window_metrics,
    window_periods,
    window_points,
)
from transforms.term_dues import FACTS_READ as OF_TERMS
from transforms.term_dues import term_dues

FACTS_READ: Final = together(OF_DRIVERS, OF_TERMS)
"""Columns of the facts that `plan_tables` reads."""
RECORDS_READ: Final = (
    "account",
    "assignment",
    "budget",
    "campaign_spend",
    "commercial_term",
    "driver_target",
    "exchange_rate",
    "goal",
    "risk",
    "target",
    "target_split",
)
"""Core tables among the records that targets and `plan_tables` are made from."""


def read_plan(
    connection: duckdb.DuckDBPyConnection, known_at: datetime, week: ReviewWeek
) -> dict[str, pl.DataFrame]:
    """Read what the plan tables need besides the records.

    `target_version` has every version of every target known by an instant, `term_breach` the order
    lines of the week outside the commercial terms (`TermBreach`). The views of the entities are
    open as of the instant.
    """
    schema = Target.create_empty().schema
    query = statement(
        "core", "versions", entity="target", columns=list(schema), key=Target.primary_key()
    )
    versions: pl.DataFrame = connection.sql(query, params={"known_at": in_utc(known_at)}).pl()
    days = {
        "first_day": week.starts_on,
        "last_day": week.ends_on,
        "unassigned": UNASSIGNED,
    }
    breaches: pl.DataFrame = connection.sql(statement("review", "term_breach"), params=days).pl()
    return {
        "target_version": versions.cast(dict(schema.items())).with_columns(
            pl.col(VERSIONS).cast(pl.Datetime("us"))
        ),
        "term_breach": TermBreach.validate(breaches, cast=True),
    }


def all_targets(
    records: Mapping[str, pl.DataFrame], catalogue: Mapping[str, Metric], parameters: Parameters
) -> pl.DataFrame:
    """The targets of the plan, and those of the drivers by week (D-2a)."""
    targets = records["target"]
    drivers = targets_of_drivers(records["driver_target"], targets, catalogue, parameters.calendar)
    return pl.concat([targets, drivers]) if drivers.height else targets


def with_split_targets(
    facts: ReviewFacts,
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
) -> dict[str, pl.DataFrame]:
    """Work out the targets that rules of the plan give to parts (D-3); returns records.

    `target` has them below those set by hand, `derived_target` is them alone, `unsplit_target` what
    no rule could split (`PlanFlaw`).
    """
    targets, splits = records["target"], records["target_split"]
    windows = splits_last_year(targets, splits, catalogue)
    measured = facts.measured(split_metrics(windows, catalogue), split_periods(windows))
    last_year = values_last_year(measured, windows, catalogue, facts.week.ends_on)
    found = split_targets(targets, splits, last_year, records["assignment"], catalogue)
    return {
        "target": with_derived(targets, found.derived),
        "derived_target": found.derived,
        "unsplit_target": found.unsplit,
    }


def reached_points(
    facts: ReviewFacts,
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> pl.DataFrame:
    """Measure the windows of targets, as they were and are, and of goals (`MetricPoint`)."""
    as_of, zone = parameters.week.ends_on, facts.company.settings.company.time_zone
    windows = pl.concat(
        frame.select("metric", "scope_kind", "scope", "period_start", "period_end")
        for frame in (
            targets_then(records["target_version"], zone),
            goal_windows(records["goal"], as_of),
        )
    )
    metrics = window_metrics(windows, catalogue)
    measured = facts.measured(metrics, window_periods(windows, catalogue, as_of))
    return window_points(measured, windows, catalogue, parameters)


def plan_tables(
    facts: Mapping[str, pl.LazyFrame],
    points: pl.DataFrame,
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
    computed: Mapping[str, pl.DataFrame],
    company: Identity,
) -> dict[str, pl.DataFrame]:
    """What the review says of the plan itself: how far it is, and what it lacks.

    `facts` have the columns that `FACTS_READ` names; `points` are `reached_points`,
    `computed` the review tables metric_value, metric_history and calibration_figure.
    """
    values = computed["metric_value"]
    targets, goals, versions = records["target"], records["goal"], records["target_version"]
    then = targets_then(versions, company.time_zone)
    money = money_on(parameters.week.ends_on, company.currency, records["exchange_rate"])
    daily = daily_targets(targets, catalogue, parameters.calendar).daily
    first_month = parameters.calendar.fiscal_year_starts_in
    return {
        "target_progress": target_progress(points, targets, catalogue, parameters),
        "goal_check": goal_checks(
            goals,
            catalogue,
            fiscal_year_starts_in=first_month,
            reachable=_reachable(computed["calibration_figure"]),
        ),
        "goal_progress": goal_progress(goals, points, daily, catalogue, parameters),
        "target_revision": target_revisions(
            versions, then, target_progress(points, then, catalogue, parameters)
        ),
        "driver_plan": driver_plan(facts["sale"], values, computed["metric_history"], parameters),
        "risk_check": risk_checks(records["risk"], values, catalogue, money),
        "term_breach": records["term_breach"],
        "term_due": term_dues(facts, daily, records, parameters),
        "budget_spending": budget_spending(
            records["budget"], records["campaign_spend"], parameters
        ),
        "plan_flaw": plan_flaws(
            targets,
            catalogue,
            records["assignment"],
            records["budget"],
            records["unsplit_target"],
        ),
        "derived_target": records["derived_target"],
    }


def _reachable(figures: pl.DataFrame) -> pl.DataFrame:
    """What the calibration says the team can reach (`REACHABLE`)."""
    is_reachable = (pl.col("check") == "capacity") & (pl.col("name") == "reachable")
    found = figures.filter(is_reachable).drop_nulls("value").rename({"value": "reachable"})
    return found.select(list(REACHABLE))
