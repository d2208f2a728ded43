"""What the 5-Why engine reads of the facts: a few columns, whatever else a fact knows."""

from collections.abc import Mapping
from typing import Final

from transforms.catalogue import Measure, Metric
from transforms.definitions.metric import SNAPSHOT_FACTS
from transforms.measures import columns_read
from transforms.scopes import SCOPE_COLUMNS
from transforms.tables.facts import FACTS
from transforms.why.rows import DIMENSIONS, FINE
from transforms.why.trees import SALES_BY_ORDERS, TREES

_ALSO: Final = {
    "sale": (
        "account_id",
        "product_id",
        "document_kind",
        "first_ordered_on",
        "quantity",
        "net_amount",
        "cost_amount",
        "margin_amount",
    ),
    "deal_closed": ("opportunity_id", "account_id", "is_won", "cycle_days", "lost_reason"),
    "deal_opened": ("opportunity_id", "lead_id"),
    "lead_created": ("lead_id",),
    "stock_level": ("stock_amount", "ended_on"),
    "head": ("ended_on",),
}
"""Columns that no measure names: of the sales tree, the cohort, reasons and conditions."""

RECORDS_READ: Final = (
    "assignment",
    "channel",
    "contract",
    "event",
    "product",
    "risk",
    "target",
    "task",
)
"""Plan and CRM tables that the evidence is looked for in, without answers and earlier cases."""


def facts_read(catalogue: Mapping[str, Metric]) -> dict[str, list[str]]:
    """Name the columns of each fact that cases of the metrics of a catalogue are explained with.

    >>> facts_read({})["head"]
    ['occurred_on', 'ended_on', 'account_id']
    """
    leaves = [leaf for tree in (*TREES.values(), SALES_BY_ORDERS) for leaf in tree.leaves.values()]
    sides = [(leaf.numerator, leaf.denominator) for leaf in leaves]
    sides += [
        (metric.numerator, metric.denominator)
        for metric in catalogue.values()
        if metric.rule == "measures"
    ]
    measures: dict[str, list[Measure]] = {fact: [] for fact in _ALSO}
    for both in sides:
        for measure in both:
            if measure is not None and measure.fact not in SNAPSHOT_FACTS:
                measures.setdefault(measure.fact, []).append(measure)
    return {fact: _columns(fact, needed) for fact, needed in measures.items() if fact in FACTS}


def _columns(fact: str, measures: list[Measure]) -> list[str]:
    known = FACTS[fact].column_names()
    cut = [name for name in (*DIMENSIONS, *FINE.values()) if name in known]
    named = ["occurred_on", *columns_read(measures), *_ALSO.get(fact, ()), *cut]
    return [name for name in dict.fromkeys(named) if name not in SCOPE_COLUMNS]
