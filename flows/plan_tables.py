"""The review tables about the plan itself."""

from collections.abc import Mapping
from datetime import datetime

import duckdb
import polars as pl

from flows.sql import statement
from flows.warehouse import in_utc
from transforms.budget_spending import budget_spending
from transforms.catalogue import Metric
from transforms.driver_targets import driver_plan, targets_of_drivers
from transforms.goal_progress import goal_progress
from transforms.goals import REACHABLE, goal_checks, goal_windows
from transforms.parameters import Parameters, ReviewWeek
from transforms.plan_structure import plan_flaws
from transforms.risk_triggers import risk_checks
from transforms.scopes import UNASSIGNED
from transforms.split_shares import values_last_year, with_derived
from transforms.tables.plan import Target
from transforms.tables.plan_review import TermBreach
from transforms.target_revisions import VERSIONS, target_revisions, targets_then
from transforms.target_splits import split_targets
from transforms.targets import daily_targets, target_progress, window_points
from transforms.term_dues import term_dues


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
    facts: Mapping[str, pl.LazyFrame],
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> dict[str, pl.DataFrame]:
    """Work out the targets that rules of the plan give to parts (D-3); returns records.

    `target` has them below those set by hand, `derived_target` is them alone, `unsplit_target` what
    no rule could split (`PlanFlaw`).
    """
    targets, splits = records["target"], records["target_split"]
    last_year = values_last_year(facts, targets, splits, catalogue, parameters.week.ends_on)
    found = split_targets(targets, splits, last_year, records["assignment"], catalogue)
    return {
        "target": with_derived(targets, found.derived),
        "derived_target": found.derived,
        "unsplit_target": found.unsplit,
    }


def plan_tables(
    facts: Mapping[str, pl.LazyFrame],
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
    computed: Mapping[str, pl.DataFrame],
    zone: str,
) -> dict[str, pl.DataFrame]:
    """What the review says of the plan itself: how far it is, and what it lacks.

    `computed` are the review tables metric_value, metric_history and calibration_figure.
    """
    values = computed["metric_value"]
    targets, goals, versions = records["target"], records["goal"], records["target_version"]
    then = targets_then(versions, zone)
    windows = pl.concat(
        [
            frame.select("metric", "scope_kind", "scope", "period_start", "period_end")
            for frame in (then, goal_windows(goals, parameters.week.ends_on))
        ]
    )
    points = window_points(facts, windows, catalogue, parameters)
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
        "risk_check": risk_checks(records["risk"], values, catalogue),
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
