"""The metric catalogue (domain §4): every metric defined once, as data.

Ratios are kept as numerator and denominator and divided last, so that they roll up and
decompose exactly. The glossary of the pack, the docs page and column titles are printed from here.
"""

from collections.abc import Iterable
from typing import Final

from transforms.definitions import leads, market, means, pipeline, sales, shares
from transforms.definitions.metric import Better, Measure, Metric, Unit
from transforms.parameters import Stage

__all__ = ["CATALOGUE", "Better", "Measure", "Metric", "Unit", "catalogue_for"]

CATALOGUE: Final[dict[str, Metric]] = {
    metric.code: metric
    for module in (sales, pipeline, leads, market, means, shares)
    for metric in module.METRICS
}
"""Metric code to metric, results first; the metrics of the stages come from `catalogue_for`."""


def catalogue_for(stages: Iterable[Stage]) -> dict[str, Metric]:
    """Give the catalogue with `stage_conversion[…]` and `stage_days[…]` of a company's stages.

    >>> "stage_days[谈判]" in catalogue_for([Stage("谈判")])
    True
    """
    return CATALOGUE | {metric.code: metric for metric in pipeline.stage_metrics(stages)}
