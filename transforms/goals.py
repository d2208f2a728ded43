"""SMART goals (D-1): what each goal of the plan lacks. A goal is never dropped."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.tables.review import GoalCheck

CRITERIA: Final = {
    "no_metric": "S",
    "metric_unknown": "M",
    "no_target_value": "M",
    "no_verification": "M",
    "no_owner": "A",
    "no_company_kpi": "R",
    "no_deadline": "T",
    "no_start": "T",
    "deadline_before_start": "T",
}
"""Flaw to the criterion that is not met: S, M, A, R or T."""


def goal_checks(goals: pl.DataFrame, catalogue: Mapping[str, Metric]) -> pl.DataFrame:
    """List every flaw of every goal (`GoalCheck`); a goal without a row is SMART.

    Vague wording is a goal without a metric (“提升客户满意度”): nothing says when it is reached.
    """
    tests = {
        "no_metric": _is_blank("metric"),
        "metric_unknown": ~_is_blank("metric") & ~pl.col("metric").is_in(list(catalogue)),
        "no_target_value": pl.col("target_value").is_null(),
        "no_verification": _is_blank("verification"),
        "no_owner": _is_blank("owner"),
        "no_company_kpi": _is_blank("company_kpi"),
        "no_deadline": pl.col("due_on").is_null(),
        "no_start": pl.col("starts_on").is_null(),
        "deadline_before_start": pl.col("due_on") < pl.col("starts_on"),
    }
    flaws = [
        goals.filter(test).select(
            "goal_id", pl.lit(CRITERIA[flaw]).alias("criterion"), pl.lit(flaw).alias("flaw")
        )
        for flaw, test in tests.items()
    ]
    return GoalCheck.validate(pl.concat(flaws).sort("goal_id", "criterion", "flaw"))


def _is_blank(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.strip_chars() == ""
