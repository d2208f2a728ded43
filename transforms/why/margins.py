"""Margin taken apart: price, cost and mix, in percentage points or in money (D-18)."""

from fractions import Fraction

import polars as pl

from transforms.catalogue import Measure
from transforms.why.breakdown import GAP, Leaf
from transforms.why.case import Window, fraction, two_sided
from transforms.why.cuts import Cut, sum_cut
from transforms.why.sales import between_cut, effect_cut, valued, with_product_side
from transforms.why.shapley import Node

PARTS = ("margin_price", "margin_cost", "mix", "new_products", "gone_products")
MARGIN = Measure("sale", "margin_amount")

PROFIT_TREE = Node(
    "sum", ("profit_volume", "profit_mix", "margin_price", "margin_cost", *PARTS[3:]), GAP
)
"""Gross profit in money."""


def _costed(sales: pl.DataFrame, span: Window) -> dict[str, pl.DataFrame]:
    """Two-sided lines whose cost is known by the side their product is on, valued as before."""
    lines = two_sided(sales, span).filter(pl.col("margin_amount").is_not_null())
    sided = with_product_side(lines, span.stretches)
    parts = {name: sided.filter(pl.col("product_side") == name) for name in ("new", "gone", "both")}
    both = valued(valued(parts["both"]), "cost_amount", "cost")
    return {**parts, "both": both, "all": lines}


def margin_parts(
    sales: pl.DataFrame, span: Window
) -> tuple[tuple[Leaf, ...], dict[str, Cut], dict[str, Fraction]] | None:
    """Split the change of 1 − C/S, the margin rate, in its own unit; None where a side is not sold.

    With S and C sales and cost now, and S' and C' the same pieces at the prices and costs of the
    reference: mix is what 1 − C'/S' differs from the margin before; price and cost have their
    Shapley values in the step from (S', C') to (S, C), ½ (C' + C) (1/S' − 1/S) and
    ½ (1/S' + 1/S) (C' − C). A product that only one side sells has a bar of its own: by how much
    the margin would be another without it. Also gives what price and cost can be cut along, and
    their weights.
    """
    rows = _costed(sales, span)
    both = rows["both"]
    now, before = both.filter("is_actual"), both.filter(~pl.col("is_actual"))
    sold, cost = _sums(now, "net_amount", "cost_amount")
    old_sold, old_cost = _sums(now, "at_product_price", "at_product_cost")
    past, past_cost = _sums(before, "net_amount", "cost_amount")
    whole, whole_cost = _sums(rows["all"].filter("is_actual"), "net_amount", "cost_amount")
    first, first_cost = _sums(rows["all"].filter(~pl.col("is_actual")), "net_amount", "cost_amount")
    if min(sold, old_sold, past, whole, first) <= 0:
        return None
    weights = {
        "margin_price": (old_cost + cost) / (2 * old_sold * sold),
        "margin_cost": (1 / old_sold + 1 / sold) / 2,
    }
    leaves = (
        Leaf("margin_price", weights["margin_price"] * (sold - old_sold), sold, old_sold),
        Leaf("margin_cost", weights["margin_cost"] * (old_cost - cost), cost, old_cost),
        Leaf("mix", past_cost / past - old_cost / old_sold),
        Leaf("new_products", cost / sold - whole_cost / whole),
        Leaf("gone_products", first_cost / first - past_cost / past),
    )
    cuts = {
        "margin_price": effect_cut(now, "net_amount", "at_product_price"),
        "margin_cost": effect_cut(now, "at_product_cost", "cost_amount"),
    }
    return leaves, cuts, weights


def profit_leaves(sales: pl.DataFrame, span: Window) -> tuple[Node, dict[str, Cut]]:
    """Measure gross profit in money: volume, mix, price, cost, and products on one side only.

    Volume values quantities at the product line's reference margin a piece, mix the products
    within a line at their own; price and cost compare what was paid, and what it cost, with the
    reference prices and costs of the same pieces. They telescope without a remainder.
    """
    rows = _costed(sales, span)
    both = rows["both"].with_columns(
        at_line=pl.col("at_line_price") - pl.col("at_line_cost"),
        at_product=pl.col("at_product_price") - pl.col("at_product_cost"),
    )
    now = both.filter("is_actual")
    return PROFIT_TREE, {
        "profit_volume": between_cut(both, "at_line", "margin_amount"),
        "profit_mix": effect_cut(now, "at_product", "at_line"),
        "margin_price": effect_cut(now, "net_amount", "at_product_price"),
        "margin_cost": effect_cut(now, "at_product_cost", "cost_amount"),
        "new_products": sum_cut(rows["new"], MARGIN, fine=True),
        "gone_products": sum_cut(rows["gone"], MARGIN, fine=True),
    }


def _sums(rows: pl.DataFrame, *columns: str) -> tuple[Fraction, ...]:
    return tuple(fraction(value) for value in rows.select(pl.sum(*columns)).row(0))
