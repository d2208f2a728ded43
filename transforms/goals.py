"""SMART goals (D-1): what each goal of the plan lacks. A goal is never dropped."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from transforms.calendar import period_end
from transforms.catalogue import Metric
from transforms.exact import product
from transforms.tables.columns import NUMBER
from transforms.tables.review import GoalCheck

CRITERIA: Final = {
    "no_metric": "S",
    "metric_unknown": "M",
    "no_target_value": "M",
    "no_base": "M",
    "no_verification": "M",
    "no_owner": "A",
    "not_reachable": "A",
    "no_company_kpi": "R",
    "no_deadline": "T",
    "no_start": "T",
    "deadline_before_start": "T",
    "deadline_outside_period": "T",
}
"""Flaw to the criterion that is not met: S, M, A, R or T."""

REACHABLE: Final = pl.Schema(
    {
        "metric": pl.String(),
        "scope_kind": pl.String(),
        "scope": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "reachable": NUMBER,
    }
)
"""What the team can reach of a metric in a scope and window: capacity × (1 − buffer) (D-4, D-5),
in the metric's unit; at most one row each."""

_WINDOW: Final = {"starts_on": "period_start", "due_on": "period_end"}


def goal_checks(
    goals: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    *,
    fiscal_year_starts_in: int = 1,
    reachable: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """List every flaw of every goal (`GoalCheck`); a goal without a row is SMART.

    Vague wording is a goal without a metric (“提升客户满意度”): nothing says when it is reached.
    The period that a deadline may not lie outside is the fiscal year that the goal starts in.
    With `reachable` (`REACHABLE`, of the goal's metric, scope and window) a goal of more than that
    is not reachable; a goal without such a row is not judged by it.
    """
    years = {
        start: period_end(start, "year", fiscal_year_starts_in)
        for start in goals["starts_on"].drop_nulls().unique().to_list()
    }
    known = REACHABLE.to_frame() if reachable is None else reachable
    judged = goals.with_columns(
        stated_goals(goals).get_column("stated"),
        pl.col("starts_on")
        .replace_strict(years, default=None, return_dtype=pl.Date())
        .alias("year_ends_on"),
    ).join(
        known.rename({there: here for here, there in _WINDOW.items()}),
        on=["metric", "scope_kind", "scope", *_WINDOW],
        how="left",
    )
    needs_base = pl.col("kind").is_in(["growth", "keep_stable"]).fill_null(value=False)
    tests = {
        "no_metric": _is_blank("metric"),
        "metric_unknown": ~_is_blank("metric") & ~pl.col("metric").is_in(list(catalogue)),
        "no_target_value": pl.col("target_value").is_null()
        & (pl.col("kind") != "keep_stable").fill_null(value=True),
        "no_base": needs_base & pl.col("base_value").is_null(),
        "no_verification": _is_blank("verification"),
        "no_owner": _is_blank("owner"),
        "not_reachable": pl.col("stated") > pl.col("reachable"),
        "no_company_kpi": _is_blank("company_kpi"),
        "no_deadline": pl.col("due_on").is_null(),
        "no_start": pl.col("starts_on").is_null(),
        "deadline_before_start": pl.col("due_on") < pl.col("starts_on"),
        "deadline_outside_period": pl.col("due_on") > pl.col("year_ends_on"),
    }
    flaws = [
        judged.filter(test).select(
            "goal_id", pl.lit(CRITERIA[flaw]).alias("criterion"), pl.lit(flaw).alias("flaw")
        )
        for flaw, test in tests.items()
    ]
    return GoalCheck.validate(pl.concat(flaws).sort("goal_id", "criterion", "flaw"))


def stated_goals(goals: pl.DataFrame) -> pl.DataFrame:
    """Add `stated`: the goal's value in its metric's unit, null where the goal states none.

    A growth goal of 0.30 on a base of 1000 is 1300; a goal to keep stable without a value of its
    own keeps its base; every other goal says its value outright.

    >>> rows = {"kind": ["growth", "keep_stable", None], "target_value": ["0.3", None, "500"]}
    >>> base = pl.Series("base_value", ["1000", "80", None]).cast(NUMBER)
    >>> goals = pl.DataFrame(rows).with_columns(base, pl.col("target_value").cast(NUMBER))
    >>> stated_goals(goals)["stated"].cast(pl.Int64).to_list()
    [1300, 80, 500]
    """
    grown = product(pl.col("base_value"), 1 + pl.col("target_value"))
    kept = pl.coalesce("target_value", "base_value")
    return goals.with_columns(
        pl.when(pl.col("kind") == "growth")
        .then(grown)
        .when(pl.col("kind") == "keep_stable")
        .then(kept)
        .otherwise(pl.col("target_value"))
        .cast(NUMBER)
        .alias("stated")
    )


def goal_windows(goals: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Goals that can be measured, as windows: goal_id, metric, scope, window and target_value.

    Left out are goals without metric, scope, window or value, and those that mean a part which no
    scope stands for (`condition`): they have no figure, and are no less goals for it.
    """
    whole = pl.col("condition").fill_null("").str.strip_chars() == ""
    needed = ["metric", "scope_kind", "scope", "starts_on", "due_on", "stated"]
    return (
        stated_goals(goals)
        .filter(whole, pl.col("starts_on") <= as_of, pl.col("due_on") >= pl.col("starts_on"))
        .drop_nulls(needed)
        .select(
            "goal_id",
            "metric",
            "scope_kind",
            "scope",
            pl.col("starts_on").alias("period_start"),
            pl.col("due_on").alias("period_end"),
            pl.col("stated").alias("target_value"),
        )
    )


def _is_blank(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.strip_chars() == ""
