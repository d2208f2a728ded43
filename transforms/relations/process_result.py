"""The process-result check (D-19): which effort goes together with which result, weeks later."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from transforms.catalogue import Metric
from transforms.multiplicity import false_discovery
from transforms.parameters import Parameters
from transforms.relations.correlation import interval, lagged
from transforms.relations.pairs import is_algebra, processes, results
from transforms.relations.surprises import Matrix, surprises, weekly_matrix
from transforms.scopes import COMPANY
from transforms.tables.relations import ProcessResult

SCOPES: Final = (COMPANY, "team")
FALSE_RATE: Final = 0.05
"""Share of false relations, on average, among those shown of one scope."""

_KEYS: Final = ("scope_kind", "scope", "metric")


def process_results(
    history: pl.DataFrame, catalogue: Mapping[str, Metric], parameters: Parameters
) -> pl.DataFrame:
    """Correlate process with result metrics of the company and of each team (`ProcessResult`).

    `history` holds `MetricPoint` rows; its weeks up to the reviewed one are looked at. Each series
    is freed of trend, season, working days and its own memory (`surprises`), each pair tried at 0
    to 12 weeks' lag, and the pairs of a scope are adjusted for their number among themselves, so
    that a team's rows depend on the team's data alone. A pair with fewer weeks in common than the
    setting asks has no row, nor has one that is tied by definition (`is_algebra`).
    """
    first, second = processes(catalogue), results(catalogue)
    points = history.filter(
        pl.col("period_kind") == "week",
        pl.col("period_end") <= parameters.week.ends_on,
        pl.col("scope_kind").is_in(SCOPES),
        pl.col("metric").is_in([*first, *second]),
    )
    keys, ends, values = weekly_matrix(points, _KEYS)
    scopes = dict.fromkeys(key[:2] for key in keys)
    rows: list[dict[str, Any]] = []
    for scope in scopes:
        place = {key[2]: row for row, key in enumerate(keys) if key[:2] == scope}
        rows += _of_scope(scope, place, values, ends, catalogue, parameters)
    frame = pl.DataFrame(rows, schema=ProcessResult.create_empty().schema, orient="row")
    return ProcessResult.validate(frame.sort(*_ORDER))


_ORDER: Final = ("scope_kind", "scope", "q_value", "p_value", "process", "result")


def _of_scope(
    scope: tuple[str, ...],
    place: Mapping[str, int],
    values: Matrix,
    ends: list[date],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> Iterator[dict[str, Any]]:
    rules = parameters.relations
    codes = [code for code in processes(catalogue) if code in place]
    ours = [code for code in results(catalogue) if code in place]
    if not codes or not ours:
        return
    calendar = parameters.calendar
    found = lagged(
        surprises(values[[place[code] for code in codes]], ends, calendar),
        surprises(values[[place[code] for code in ours]], ends, calendar),
        rules.most_lag_weeks,
        rules.minimum_weeks,
    )
    pairs = [
        (row, column)
        for row, code in enumerate(codes)
        for column, result in enumerate(ours)
        if np.isfinite(found.probabilities[row, column])
        and not is_algebra(catalogue[code], catalogue[result])
    ]
    adjusted = false_discovery([float(found.probabilities[pair]) for pair in pairs])
    for pair, q in zip(pairs, adjusted, strict=True):
        correlation, weeks = float(found.correlations[pair]), int(found.weeks[pair])
        low, high = interval(correlation, weeks, found.spent)
        yield {
            "scope_kind": scope[0],
            "scope": scope[1],
            "process": codes[pair[0]],
            "result": ours[pair[1]],
            "lag_weeks": int(found.lags[pair]),
            "correlation": correlation,
            "correlation_low": low,
            "correlation_high": high,
            "weeks": weeks,
            "p_value": float(found.probabilities[pair]),
            "q_value": q,
            "is_shown": q <= FALSE_RATE,
        }
