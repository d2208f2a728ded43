"""Margin taken apart: price, cost and mix, in percentage points or in money (D-18)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.scopes import COMPANY
from transforms.why.breakdown import GAP, Leaf
from transforms.why.case import fraction
from transforms.why.cuts import DIMENSIONS, FINE, Cut, sum_cut
from transforms.why.sales import (
    at_prices,
    effect_cut,
    parted,
    scope_keys,
    two_column_cut,
)
from transforms.why.shapley import Node
from transforms.why.slices import Place, Slices
from transforms.why.sums import summed_by

PARTS = ("margin_price", "margin_cost", "mix", "new_products", "gone_products")
MARGIN = Measure("sale", "margin_amount")

PROFIT_TREE = Node(
    "sum", ("profit_volume", "profit_mix", "margin_price", "margin_cost", *PARTS[3:]), GAP
)
"""Gross profit in money."""


def _costed(slices: Slices, by: str) -> dict[str, pl.DataFrame]:
    """Lines whose cost is known, by the side their product is on; those of now at prices before.

    `new` and `gone` are of one side, `now` and `before` of both, `all` everything.
    """

    def costed() -> dict[str, pl.DataFrame]:
        own, found = scope_keys(by), slices.lines("sale")
        assert found is not None  # noqa: S101 (the caller has looked)
        known = [name for name in (*DIMENSIONS, *FINE.values()) if name in found.columns]
        told = ("is_actual", "stretch", "quantity", "net_amount", "cost_amount", "margin_amount")
        has_cost = pl.col("margin_amount").is_not_null()
        lines = found.lazy().filter(has_cost).select(*known, *told).collect()
        parts = parted(lines, slices.span.stretches, own, ["net_amount", "cost_amount"])
        current, before = parts.current, parts.cells
        priced = at_prices(current, before, own, "net_amount", "price")
        return {
            "new": parts.new,
            "gone": parts.gone,
            "before": parts.past,
            "now": at_prices(priced, before, own, "cost_amount", "cost"),
            "all": lines,
        }

    return slices.once(("costed", by), costed)


def margin_parts(
    slices: Slices, place: Place
) -> tuple[tuple[Leaf, ...], dict[str, Cut], dict[str, Fraction]] | None:
    """Split the change of 1 − C/S, the margin rate, in its own unit; None where a side is not sold.

    With S and C sales and cost now, and S' and C' the same pieces at the prices and costs of the
    reference: mix is what 1 − C'/S' differs from the margin before; price and cost have their
    Shapley values in the step from (S', C') to (S, C), ½ (C' + C) (1/S' − 1/S) and
    ½ (1/S' + 1/S) (C' − C). A product that only one side sells has a bar of its own: by how much
    the margin would be another without it. Also gives what price and cost can be cut along, and
    their weights.
    """
    kind, scope = place
    sums = slices.once(("margins", kind), lambda: _all_sums(_costed(slices, kind), kind))
    sold, cost = sums["now"].get(scope, _NOTHING)
    old_sold, old_cost = sums["at_product"].get(scope, _NOTHING)
    past, past_cost = sums["before"].get(scope, _NOTHING)
    whole, whole_cost = sums["all now"].get(scope, _NOTHING)
    first, first_cost = sums["all before"].get(scope, _NOTHING)
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
    cuts = slices.cuts("margin", place, lambda by: _margin_cuts(_costed(slices, by)["now"], by))
    return leaves, cuts, weights


def _margin_cuts(now: pl.DataFrame, by: str) -> dict[str, Cut]:
    return {
        "margin_price": effect_cut(now, "net_amount", "at_product_price", by),
        "margin_cost": effect_cut(now, "at_product_cost", "cost_amount", by),
    }


def profit_leaves(slices: Slices, place: Place) -> tuple[Node, dict[str, Cut]]:
    """Measure gross profit in money: volume, mix, price, cost, and products on one side only.

    Volume values quantities at the product line's reference margin a piece, mix the products
    within a line at their own; price and cost compare what was paid, and what it cost, with the
    reference prices and costs of the same pieces. They telescope without a remainder.
    """
    return PROFIT_TREE, slices.cuts("profit", place, lambda by: _profit(_costed(slices, by), by))


def _profit(rows: Mapping[str, pl.DataFrame], by: str) -> dict[str, Cut]:
    now = rows["now"].with_columns(
        at_line=pl.col("at_line_price") - pl.col("at_line_cost"),
        at_product=pl.col("at_product_price") - pl.col("at_product_cost"),
    )
    return {
        "profit_volume": two_column_cut(now, "at_line", rows["before"], "margin_amount", by),
        "profit_mix": effect_cut(now, "at_product", "at_line", by),
        **_margin_cuts(now, by),
        "new_products": sum_cut(rows["new"], MARGIN, by, fine=True),
        "gone_products": sum_cut(rows["gone"], MARGIN, by, fine=True),
    }


Two = tuple[Fraction, Fraction]
_NOTHING: Final = (Fraction(0), Fraction(0))


def _all_sums(rows: Mapping[str, pl.DataFrame], by: str) -> dict[str, dict[str, Two]]:
    """Sales and cost by scope: of both sides, at the prices and costs before, and of all lines."""
    paid = ("net_amount", "cost_amount")
    is_actual = pl.col("is_actual")
    return {
        "now": _sums(rows["now"], *paid, by),
        "at_product": _sums(rows["now"], "at_product_price", "at_product_cost", by),
        "before": _sums(rows["before"], *paid, by),
        "all now": _sums(rows["all"].filter(is_actual), *paid, by),
        "all before": _sums(rows["all"].filter(~is_actual), *paid, by),
    }


def _sums(rows: pl.DataFrame, sales: str, cost: str, by: str) -> dict[str, Two]:
    own = scope_keys(by)
    sums = summed_by(rows, own, [pl.sum(sales, cost)])
    scopes = sums[by].cast(pl.String).to_list() if own else [COMPANY]
    amounts = sums.select(sales, cost).iter_rows()
    found = zip(scopes, amounts, strict=True)
    return {scope: (fraction(sold), fraction(spent)) for scope, (sold, spent) in found}
