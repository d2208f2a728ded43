"""Which process metric may be held against which result (D-19)."""

from collections.abc import Mapping
from typing import Final

from transforms.catalogue import Metric

WATCHED: Final = ("day", "week")
"""Levels of metrics that say something in a single week."""

_RECORDS: Final = {
    "lead_converted": "lead_created",
    "stage_exit": "deal_closed",
    "deal_credit": "deal_closed",
    "deal_opened": "deal_closed",
}
"""Facts that are made of the same records as another one."""


def processes(catalogue: Mapping[str, Metric]) -> tuple[str, ...]:
    """Process metrics that are measured week by week."""
    return tuple(code for code, metric in catalogue.items() if _is_weekly(metric, "process"))


def results(catalogue: Mapping[str, Metric]) -> tuple[str, ...]:
    """Results that are measured week by week."""
    return tuple(code for code, metric in catalogue.items() if _is_weekly(metric, "result"))


def is_algebra(process: Metric, result: Metric) -> bool:
    """Whether both are made of the same records, so that they move together by definition.

    The leads of a week are the denominator of its lead conversion. What is measured on the records
    in another unit (hours to the first touch, days in a stage) is no part of a result's count.
    """
    if records(process).isdisjoint(records(result)):
        return False
    return process.numerator.column is None or process.unit == result.unit


def records(metric: Metric) -> frozenset[str]:
    """Facts that a metric is made of, one name for those made of the same records."""
    sides = [metric.numerator, *([metric.denominator] if metric.denominator else [])]
    return frozenset(_RECORDS.get(side.fact, side.fact) for side in sides)


def _is_weekly(metric: Metric, kind: str) -> bool:
    return (
        metric.kind == kind
        and metric.rule == "measures"
        and metric.level in WATCHED
        and metric.has_baseline
    )
