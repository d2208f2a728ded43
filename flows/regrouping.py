"""The review's sums once more, by the organisation of the review date (D-29)."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from flows.company import Company
from flows.marts import regrouped_facts
from flows.warehouse import open_as_of, readers_copy
from transforms.as_organised import as_organised, moved_reps, summed_metrics
from transforms.catalogue import Metric
from transforms.parameters import ReviewWeek
from transforms.points import columns_needed


def sums_as_organised(
    company: Company,
    week: ReviewWeek,
    known_at: datetime,
    facts: Mapping[str, pl.LazyFrame],
    assignments: pl.DataFrame,
    values: pl.DataFrame,
    catalogue: Mapping[str, Metric],
) -> pl.DataFrame:
    """Regroup the published sums by the assignments of the week's last day (`AsOrganised`).

    Only the facts of reps that moved are read again. `facts` and `values` (MetricValue) are those
    of the review, `assignments` its rows of `Assignment`.
    """
    as_of = week.ends_on
    first_day = min(values["period_start"].to_list(), default=as_of)
    reps = moved_reps(assignments, first_day, as_of)
    if reps.is_empty():
        return as_organised({}, {}, values, catalogue)
    columns = columns_needed(summed_metrics(catalogue))
    is_moved = pl.col("rep").cast(pl.String).is_in(reps["rep_id"].implode())
    then = {name: facts[name].filter(is_moved) for name in columns if name in facts}
    with readers_copy(company) as connection:
        open_as_of(connection, known_at)
        now = regrouped_facts(connection, company.settings, as_of, columns, reps)
    return as_organised(then, now, values, catalogue)
