"""What packs are made from: everything is given, nothing is looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

import polars as pl

from transforms.catalogue import Metric
from transforms.parameters import Parameters

RECORDS_SHOWN: Final = (
    "account",
    "action",
    "answer",
    "assignment",
    "commercial_term",
    "contract",
    "event",
    "goal",
    "product",
    "resource",
    "risk",
    "strategy_item",
    "task",
)
"""Plan and CRM entities that pages show rows of."""

ReconciliationState = Literal["reconciled", "differs", "no_control"]


@dataclass(frozen=True)
class PackInputs:
    """One review, as every pack of it sees it.

    `tables` holds review tables, plan and CRM entities, the fact `open_deal` and the ops tables
    by name; one that is absent counts as empty. `reserve` is the stretch above a target (D-5).
    `edition` stands on the pack and is no part of its identity. `sources` says what people call
    an export; one that is absent goes by its name.
    """

    company: str
    currency: str
    parameters: Parameters
    catalogue: Mapping[str, Metric]
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    reserve: Decimal = Decimal("0.10")
    edition: int = 1
    sources: Mapping[str, str] = field(default_factory=dict)
