"""The review tables about the plan itself."""

from collections.abc import Mapping

import polars as pl

from transforms.catalogue import Metric
from transforms.goal_progress import goal_progress
from transforms.goals import REACHABLE, goal_checks, goal_windows
from transforms.parameters import Parameters
from transforms.plan_structure import plan_flaws
from transforms.targets import daily_targets, target_progress, window_points


def plan_tables(
    facts: Mapping[str, pl.LazyFrame],
    records: Mapping[str, pl.DataFrame],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
    calibration_figures: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """What the review says of the plan itself: how far it is, and what it lacks."""
    targets, goals = records["target"], records["goal"]
    windows = pl.concat(
        [
            frame.select("metric", "scope_kind", "scope", "period_start", "period_end")
            for frame in (targets, goal_windows(goals, parameters.week.ends_on))
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
            reachable=_reachable(calibration_figures),
        ),
        "goal_progress": goal_progress(goals, points, daily, catalogue, parameters),
        "plan_flaw": plan_flaws(targets, catalogue, records["assignment"], records["budget"]),
    }


def _reachable(figures: pl.DataFrame) -> pl.DataFrame:
    """What the calibration says the team can reach (`REACHABLE`)."""
    is_reachable = (pl.col("check") == "capacity") & (pl.col("name") == "reachable")
    found = figures.filter(is_reachable).drop_nulls("value").rename({"value": "reachable"})
    return found.select(list(REACHABLE))
