"""Driver trees, as data (D-18): of which factors a metric is the product or the sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.why.shapley import Node


@dataclass(frozen=True)
class Quantity:
    """How a leaf is measured: an amount, or an amount per another one."""

    numerator: Measure
    denominator: Measure | None = None
    metric: str | None = None
    """Metric whose plan is this leaf's own (D-2a), where the company has one."""


@dataclass(frozen=True)
class Tree:
    """One metric's tree; its first leaf is the volume that a plan scales."""

    root: Node
    leaves: Mapping[str, Quantity]


_LEADS: Final = Measure("lead_created", how="count")
_QUALIFIED: Final = Measure("lead_created", how="count", where=pl.col("is_qualified"))
_VISITS: Final = Measure("visit", how="count")
_EFFECTIVE: Final = Measure("visit", how="count", where=pl.col("is_effective"))
DEALS: Final = Measure("deal_closed", how="count")
WON: Final = Measure("deal_closed", how="count", where=pl.col("is_won"))

TREES: Final[Mapping[str, Tree]] = {
    "qualified_leads": Tree(
        Node("product", ("leads", "qualification_rate")),
        {
            "leads": Quantity(_LEADS, metric="leads"),
            "qualification_rate": Quantity(_QUALIFIED, _LEADS),
        },
    ),
    "effective_visits": Tree(
        Node("product", ("visits", "effective_share")),
        {"visits": Quantity(_VISITS), "effective_share": Quantity(_EFFECTIVE, _VISITS)},
    ),
    "contract_amount": Tree(
        Node("product", ("deals_closed", "win_rate", "deal_size")),
        {
            "deals_closed": Quantity(DEALS),
            "win_rate": Quantity(WON, DEALS),
            "deal_size": Quantity(Measure("signed_contract", "amount"), WON),
        },
    ),
}
"""Metrics without a tree: a ratio is split into rate and mix, a sum has one leaf, `volume`."""

NEW_BY_DEALS: Final = Node("product", ("new_opportunities", "win_rate", "deal_size"))
"""Opportunities decided in the period × win rate × sales to new customers per deal won."""

NEW_BY_CUSTOMERS: Final = Node("product", ("new_customers", "first_order_value"))
"""Customers with their first order in the period × what they ordered in it."""

EXISTING: Final = (
    "existing_volume",
    "existing_mix",
    "existing_price",
    "lost_customers",
    "returns",
)


def sales_tree(new: Node) -> Node:
    """Sales = new customers + existing customers (volume, mix, price, lost) + returns."""
    return Node("sum", (new, *EXISTING))
