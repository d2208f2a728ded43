"""Margin taken apart: price, cost and mix, in percentage points or in money (D-18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import polars as pl

from transforms.scopes import COMPANY
from transforms.why.breakdown import GAP, Leaf
from transforms.why.cells import Part, exact
from transforms.why.cuts import Cut, Kind, by_place
from transforms.why.products import (
    SOLD,
    Added,
    Sided,
    at_prices,
    cuts_of,
    effect,
    scope_keys,
    side,
    summable,
)
from transforms.why.shapley import Node
from transforms.why.slices import Place, Slices
from transforms.why.sums import summed_by

_AMOUNTS: Final = ("net_amount", "cost_amount", "margin_amount")
_VALUED: Final = (
    *("net_amount", "cost_amount"),
    *("at_line_price", "at_product_price", "at_line_cost", "at_product_cost"),
)

PARTS = ("margin_price", "margin_cost", "mix", "new_products", "gone_products")
_PROFIT_KINDS: Final[Mapping[str, Kind]] = {
    "profit_volume": "sum",
    "profit_mix": "effect",
    "margin_price": "effect",
    "margin_cost": "effect",
    "new_products": "sum",
    "gone_products": "sum",
}

PROFIT_TREE = Node(
    "sum", ("profit_volume", "profit_mix", "margin_price", "margin_cost", *PARTS[3:]), GAP
)
"""Gross profit in money."""


@dataclass(frozen=True)
class _Costed:
    """Lines whose cost is known, by the side of their product; those of now at prices before."""

    lines: pl.DataFrame
    current: pl.DataFrame

    def sums(self, added: Added) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Add both up; `now` also at the margins before."""
        now = added(self.current, _VALUED).with_columns(
            at_line=pl.col("at_line_price") - pl.col("at_line_cost"),
            at_product=pl.col("at_product_price") - pl.col("at_product_cost"),
        )
        return added(self.lines, _AMOUNTS), now


def _costed(slices: Slices, by: str) -> _Costed:
    def costed() -> _Costed:
        own, found = scope_keys(by), slices.lines("sale")
        assert found is not None  # noqa: S101 (the caller has looked)
        has_cost = pl.col("margin_amount").is_not_null()
        lines = found.lazy().filter(has_cost).select(*SOLD, *_AMOUNTS).collect()
        sided = Sided.of(lines, slices.span.stretches, own, _AMOUNTS[:2])
        now = sided.current
        for amount, name in (("net_amount", "price"), ("cost_amount", "cost")):
            now = at_prices(now, sided.before, own, amount, name)
        return _Costed(
            summable(sided.rows, ["side", "is_actual"], _AMOUNTS), summable(now, [], _VALUED)
        )

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
    sums = slices.once(("margins", kind), lambda: _all_sums(slices, kind))
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
    cuts = slices.cuts("margin", place, lambda by: _margin_cuts(slices, by))
    return leaves, cuts, weights


def _margin_effects(now: pl.DataFrame) -> dict[str, Sequence[Part]]:
    return {
        "margin_price": effect(now, "net_amount", "at_product_price"),
        "margin_cost": effect(now, "at_product_cost", "cost_amount"),
    }


def _margin_cuts(slices: Slices, by: str) -> dict[str, Cut]:
    costed = _costed(slices, by)
    kinds: dict[str, Kind] = {"margin_price": "effect", "margin_cost": "effect"}
    return cuts_of(slices, by, kinds, lambda added: _margin_effects(costed.sums(added)[1]))


def profit_leaves(slices: Slices, place: Place) -> tuple[Node, dict[str, Cut]]:
    """Measure gross profit in money: volume, mix, price, cost, and products on one side only.

    Volume values quantities at the product line's reference margin a piece, mix the products
    within a line at their own; price and cost compare what was paid, and what it cost, with the
    reference prices and costs of the same pieces. They telescope without a remainder.
    """
    return PROFIT_TREE, slices.cuts("profit", place, lambda by: _profit_cuts(slices, by))


def _profit_cuts(slices: Slices, by: str) -> dict[str, Cut]:
    costed = _costed(slices, by)

    def parts(added: Added) -> dict[str, Sequence[Part]]:
        lines, now = costed.sums(added)
        past = lines.filter(~pl.col("is_actual"))
        return {
            "profit_volume": [
                side(now, "at_line", is_actual=True),
                side(past, "margin_amount", of="both"),
            ],
            "profit_mix": effect(now, "at_product", "at_line"),
            **_margin_effects(now),
            "new_products": [side(lines, "margin_amount", of="new")],
            "gone_products": [side(lines, "margin_amount", of="gone")],
        }

    return cuts_of(slices, by, _PROFIT_KINDS, parts)


Two = tuple[Fraction, Fraction]
_NOTHING: Final = (Fraction(0), Fraction(0))


def _all_sums(slices: Slices, by: str) -> dict[str, dict[str, Two]]:
    """Sales and cost by scope: of both sides, at the prices and costs before, and of all lines."""
    places = slices.places("sale")
    lines, now = _costed(slices, by).sums(lambda rows, sums: by_place(rows, places, sums))
    paid, before = ("net_amount", "cost_amount"), ("at_product_price", "at_product_cost")
    is_actual = pl.col("is_actual")
    return {
        "now": _sums(now, *paid, by),
        "at_product": _sums(now, *before, by),
        "before": _sums(lines.filter(~is_actual, pl.col("side") == "both"), *paid, by),
        "all now": _sums(lines.filter(is_actual), *paid, by),
        "all before": _sums(lines.filter(~is_actual), *paid, by),
    }


def _sums(rows: pl.DataFrame, sales: str, cost: str, by: str) -> dict[str, Two]:
    own = scope_keys(by)
    sums = summed_by(rows, own, [sales, cost])
    scopes = sums[by].cast(pl.String).to_list() if own else [COMPANY]
    amounts = sums.select(sales, cost).iter_rows()
    found = zip(scopes, amounts, strict=True)
    return {scope: (exact(sold), exact(spent)) for scope, (sold, spent) in found}
