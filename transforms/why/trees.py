"""Driver trees, as data (D-18): of which factors a metric is the product or the sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.why.breakdown import GAP
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


LEADS: Final = Measure("lead_created", how="count")
_QUALIFIED: Final = Measure("lead_created", how="count", where=pl.col("is_qualified"))
_VISITS: Final = Measure("visit", how="count")
_EFFECTIVE: Final = Measure("visit", how="count", where=pl.col("is_effective"))
_DUE: Final = Measure("receivable_due", "amount")
AMOUNT: Final = Measure("sale", "net_amount")
DEALS: Final = Measure("deal_closed", how="count")
WON: Final = Measure("deal_closed", how="count", where=pl.col("is_won"))


def _product(*parts: Node | str) -> Node:
    return Node("product", parts, GAP)


TREES: Final[Mapping[str, Tree]] = {
    "qualified_leads": Tree(
        _product("leads", "qualification_rate"),
        {
            "leads": Quantity(LEADS, metric="leads"),
            "qualification_rate": Quantity(_QUALIFIED, LEADS),
        },
    ),
    "effective_visits": Tree(
        _product("visits", "effective_share"),
        {"visits": Quantity(_VISITS), "effective_share": Quantity(_EFFECTIVE, _VISITS)},
    ),
    "contract_amount": Tree(
        _product("deals_closed", "win_rate", "deal_size"),
        {
            "deals_closed": Quantity(DEALS),
            "win_rate": Quantity(WON, DEALS, "win_rate"),
            "deal_size": Quantity(Measure("signed_contract", "amount"), WON),
        },
    ),
    "cash_collected": Tree(
        _product("receivables_due", "collection_rate"),
        {
            "receivables_due": Quantity(_DUE),
            "collection_rate": Quantity(Measure("cash_receipt", "amount"), _DUE, "collection_rate"),
        },
    ),
}
"""Metrics without a tree: a ratio is split into rate and mix, a sum has one leaf, `volume`."""

_ORDERS: Final = Measure(
    "sale", "order_id", how="count_distinct", where=pl.col("document_kind") == "sale"
)
_BUYERS: Final = Measure(
    "sale", "account_id", how="count_distinct", where=pl.col("document_kind") == "sale"
)
SALES_BY_ORDERS: Final = Tree(
    _product("active_customers", "orders_per_customer", "aov"),
    {
        "active_customers": Quantity(_BUYERS),
        "orders_per_customer": Quantity(_ORDERS, _BUYERS),
        "aov": Quantity(AMOUNT, _ORDERS, "aov"),
    },
)
"""Sales as the driver targets have it: customers × orders of each × order value (D-2a)."""

VOLUME: Final = Node("sum", ("volume",), GAP)

OPPORTUNITIES: Final = Node("product", ("cohort_leads", "cohort_conversion"), "opportunities_due")
"""Opportunities of new customers decided in the period = leads of the cohort one sales cycle
earlier × how many of them were decided per lead (D-18)."""

NEW_BY_LEADS: Final = Node(
    "product", ("leads", "lead_conversion", "first_order_value"), "new_business"
)
"""For short cycles: leads × new customers per lead × what they ordered."""

NEW_BY_CUSTOMERS: Final = Node("product", ("new_customers", "first_order_value"), "new_business")
"""Customers with their first order in the period × what they ordered in it."""

EXISTING: Final = Node(
    "sum",
    (
        "existing_volume",
        "existing_mix",
        "existing_price",
        "new_products",
        "gone_products",
        "lost_customers",
    ),
    "existing_business",
)


def sales_tree(new: Node) -> Node:
    """Sales = new customers + existing customers (price, volume, mix, lost) + returns (D-18)."""
    return Node("sum", (new, EXISTING, "returns"), GAP)
