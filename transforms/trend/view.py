"""The trend view of every metric: weeks and months with the prior year, and the box totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.trend.axis import MONTHS, WEEKS, Axis, Span
from transforms.trend.definitions import Metric
from transforms.trend.values import period_values

_PERCENT: Final = 100.0
_BASIS_POINTS: Final = 10_000.0
_TO_DATE: Final = ("mtd", "qtd", "ytd")

Values = list[float | None]


@dataclass(frozen=True)
class Trend:
    """One metric: values by period (None: no data), and what it is compared with."""

    weeks_current: Values
    weeks_prior_year: Values
    months_current: Values
    months_prior_year: Values
    labels: list[str]
    box_totals: dict[str, float | None]
    """last_week, wow, yoy, and of mtd, qtd and ytd the value and its yoy."""


def trends(
    rows: pl.DataFrame, metrics: Mapping[str, Metric], axis: Axis, on: str = ""
) -> dict[str, Trend]:
    """Make the trend view of each metric from rows of typed cells."""
    spans: list[Span | None] = [
        *axis.weeks_current,
        *axis.weeks_prior_year,
        *axis.months_current,
        *axis.months_prior_year,
        *(axis.to_date[name] for name in _TO_DATE),
        *(axis.to_date_prior_year[name] for name in _TO_DATE),
    ]
    found = period_values(rows, metrics, spans, on)
    return {name: _trend(found[name], metric, axis) for name, metric in metrics.items()}


def change(now: float | None, before: float | None, *, is_in_bps: bool = False) -> float | None:
    """Compare two values: in percent of the earlier one, or as a difference in basis points.

    None where one is missing, and in percent where the earlier one is 0.

    >>> change(110.0, 100.0), change(0.5, 0.25, is_in_bps=True), change(1.0, 0.0)
    (10.0, 2500.0, None)
    """
    if now is None or before is None:
        return None
    if is_in_bps:
        return (now - before) * _BASIS_POINTS
    return (now - before) / before * _PERCENT if before else None


def _trend(values: Sequence[float | None], metric: Metric, axis: Axis) -> Trend:
    sizes = (WEEKS, WEEKS, MONTHS, MONTHS, len(_TO_DATE), len(_TO_DATE))
    parts: list[Values] = []
    left = list(values)
    for size in sizes:
        parts.append(left[:size])
        left = left[size:]
    weeks, weeks_before, months, months_before, to_date, to_date_before = parts
    is_in_bps = metric.is_in_bps
    totals: dict[str, float | None] = {
        "last_week": weeks[-1],
        "wow": change(weeks[-1], weeks[-2], is_in_bps=is_in_bps),
        "yoy": change(weeks[-1], weeks_before[-1], is_in_bps=is_in_bps),
    }
    for name, now, before in zip(_TO_DATE, to_date, to_date_before, strict=True):
        totals[name] = now
        totals[f"{name}_yoy"] = change(now, before, is_in_bps=is_in_bps)
    return Trend(weeks, weeks_before, months, months_before, list(axis.labels), totals)
