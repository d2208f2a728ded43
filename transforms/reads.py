"""What is read of the facts: whoever needs a column says so beside its own code.

A table that declares its columns (`FACTS_READ`, or `facts_read` where they depend on the metrics)
can be made from facts that have no others, so that of millions of rows little is read.
"""

from collections.abc import Mapping, Sequence

from transforms.catalogue import Measure

Columns = Mapping[str, Sequence[str]]
"""Fact to the columns of it that are read besides its scopes."""


def together(*parts: Columns) -> dict[str, list[str]]:
    """Put together what several tables read.

    >>> together({"sale": ["occurred_on"]}, {"sale": ["order_id", "occurred_on"], "visit": []})
    {'sale': ['occurred_on', 'order_id'], 'visit': []}
    """
    found: dict[str, list[str]] = {}
    for part in parts:
        for fact, columns in part.items():
            known = found.setdefault(fact, [])
            known += [name for name in dict.fromkeys(columns) if name not in known]
    return found


def of_measure(measure: Measure) -> dict[str, list[str]]:
    """Name the columns that a measure reads.

    >>> of_measure(Measure("sale", "net_amount"))
    {'sale': ['occurred_on', 'net_amount']}
    """
    return {measure.fact: ["occurred_on", *sorted(measure.columns - {"occurred_on"})]}
