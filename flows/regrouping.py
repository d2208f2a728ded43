"""The review's sums once more, by the organisation of the review date (D-29)."""

from collections.abc import Mapping

import polars as pl

from flows.review_facts import ReviewFacts
from transforms.as_organised import as_organised, moved_reps, summed_metrics
from transforms.catalogue import Metric
from transforms.points import columns_needed


def sums_as_organised(
    facts: ReviewFacts,
    assignments: pl.DataFrame,
    values: pl.DataFrame,
    catalogue: Mapping[str, Metric],
) -> pl.DataFrame:
    """Regroup the published sums by the assignments of the week's last day (`AsOrganised`).

    Only the facts of reps that moved are read. `values` (MetricValue) are those of the review,
    `assignments` its rows of `Assignment`.
    """
    as_of = facts.week.ends_on
    first_day = min(values["period_start"].to_list(), default=as_of)
    reps = moved_reps(assignments, first_day, as_of)
    if reps.is_empty():
        return as_organised({}, {}, values, catalogue)
    columns = columns_needed(summed_metrics(catalogue))
    then = facts.of_reps(columns, reps, is_regrouped=False)
    now = facts.of_reps(columns, reps, is_regrouped=True)
    return as_organised(then, now, values, catalogue)
