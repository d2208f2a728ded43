"""The measured leaves of the sales tree: new and existing customers, price, volume, mix, lost."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from transforms.why.case import Window
from transforms.why.cells import Part
from transforms.why.cohort import new_business
from transforms.why.cuts import Cut, Kind
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
from transforms.why.sums import distinct_by, positions
from transforms.why.trees import AMOUNT, sales_tree

_RHYTHM_DAYS: Final = 365
_LONGEST_DAYS: Final = 92
"""Days of the longest period, a quarter."""
_FEWEST_ORDER_DAYS: Final = 3

_KINDS: Final[Mapping[str, Kind]] = {
    "existing_volume": "sum",
    "existing_mix": "effect",
    "existing_price": "effect",
    "new_products": "sum",
    "gone_products": "sum",
}


def lost_customers(days: pl.DataFrame, span: Window, by: Sequence[str] = ()) -> pl.DataFrame:
    """Customers of each scope who fell out of their own rhythm: nothing bought in the period.

    `days` as `order_days` gives them. Whoever orders three times a year is not lost after a week
    of silence. A customer counts as lost when its silence at the period's end is longer than twice
    its longest pause between order days in the 12 months before the period (at least three order
    days).
    """
    since = span.starts_on - timedelta(days=_RHYTHM_DAYS)
    keys = [*by, "account_id"]
    known = days.filter(pl.col("occurred_on").is_between(since, span.ends_on))
    is_next = known.select(
        pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in keys)
    ).to_series()
    if not known.height:
        return known.select(keys)
    is_next[0] = False
    first = (~is_next).arg_true().to_numpy()
    following = np.append(first[1:], known.height)
    day = known["occurred_on"].to_physical().to_numpy()
    pause = np.diff(day, prepend=day[0])
    pause[first] = 0
    last, start, end = day[following - 1], *map(_day_number, (span.starts_on, span.ends_on))
    is_lost = (following - first >= _FEWEST_ORDER_DAYS) & (last < start)
    is_lost &= end - last > 2 * np.maximum.reduceat(pause, first)
    found: pl.DataFrame = known.select(keys)[first[is_lost]]
    return found


def _day_number(day: date) -> int:
    """A day as columns of dates store it."""
    return (day - date(1970, 1, 1)).days


def order_days(sales: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Days on which each customer of each scope ordered, in order."""
    is_order = (pl.col("document_kind") == "sale") & pl.col("account_id").is_not_null()
    keys = [*by, "account_id", "occurred_on"]
    return distinct_by(sales.lazy().filter(is_order).select(keys).collect(), keys)


def _order_days(slices: Slices, by: str) -> pl.DataFrame:
    """Order days in all scopes of a kind, from those in all places."""
    own, rows = scope_keys(by), slices.rows
    since = slices.span.ends_on - timedelta(days=_RHYTHM_DAYS + _LONGEST_DAYS)

    def every() -> pl.DataFrame:
        recent = rows.facts["sale"].lazy().filter(pl.col("occurred_on") >= since)
        return order_days(recent.collect(), ("region", "team"))

    keys = [*own, "account_id", "occurred_on"]
    days = rows.once("order_days", every)
    return rows.once(("order_days", by), lambda: distinct_by(days.select(keys), keys))


def _lost(slices: Slices, by: str) -> pl.DataFrame:
    """Lost customers of all scopes of a kind."""
    span, own = slices.span, scope_keys(by)
    return slices.rows.once(
        ("lost", by, span.starts_on, span.ends_on),
        lambda: lost_customers(_order_days(slices, by), span, own),
    )


def sales_leaves(slices: Slices, place: Place) -> tuple[Node, dict[str, Cut]]:
    """Measure the sales tree in one scope (D-18).

    New: sales to customers whose first order lies in the same stretch, taken apart in
    `transforms.why.cohort`. Existing: sale documents only. Volume compares quantities of a product
    line at the line's reference price, mix the products within a line at their own reference
    price, price what was paid with that (Σ q₁ (p₁ − p₀)). The three telescope without a remainder;
    this order is the accountants' convention, in which quantities are valued at the old price and
    prices at the new quantity, so that a controller finds the figures of the books again. A
    product without a sale in the reference, and one that is gone, has a bar of its own; lines
    without a quantity or a reference price are volume. Returns: all other documents.
    """
    node, leaves = new_business(lambda: _new(slices), slices, place)
    return sales_tree(node), leaves | slices.cuts("sales", place, lambda by: _existing(slices, by))


def _classed(slices: Slices) -> pl.DataFrame:
    """Two-sided lines with whether they are sales, and to new customers."""
    lines = slices.lines("sale")
    assert lines is not None  # noqa: S101 (the caller has looked)
    is_sale = pl.col("document_kind") == "sale"
    is_new = is_sale & (pl.col("first_ordered_on") >= pl.col("period_start")).fill_null(value=False)
    return slices.once(
        "classed",
        lambda: lines.select(
            *SOLD,
            "occurred_on",
            "net_amount",
            is_sale.alias("is_sale"),
            is_new.alias("is_new_business"),
        ),
    )


def _new(slices: Slices) -> pl.DataFrame:
    return slices.once("new", lambda: _classed(slices).filter("is_new_business"))


def _sold(slices: Slices) -> pl.DataFrame:
    """Sales that are not to new customers."""
    is_sold = pl.col("is_sale") & ~pl.col("is_new_business")
    dropped = ("occurred_on", "is_sale", "is_new_business")
    return slices.once(
        "sold", lambda: _classed(slices).lazy().filter(is_sold).drop(dropped).collect()
    )


def _existing(slices: Slices, by: str) -> dict[str, Cut]:
    """What is not sold to new customers, in all scopes of a kind."""
    own, sold = scope_keys(by), _sold(slices)
    is_lost = pl.Series(positions(sold, _lost(slices, by), [*own, "account_id"]) >= 0)
    existing = Sided.of(sold.filter(~is_lost), slices.span.stretches, own, ["net_amount"])
    valued = at_prices(existing.current, existing.before, own, "net_amount", "price")
    lines = summable(existing.rows, ["side", "is_actual"], ["net_amount"])
    at_old_prices = ("at_line_price", "at_product_price")
    now = summable(valued, [], ["net_amount", *at_old_prices])

    def parts(added: Added) -> dict[str, Sequence[Part]]:
        sold, valued = added(lines, ["net_amount"]), added(now, ["net_amount", *at_old_prices])
        at_line, at_product = at_old_prices
        past = sold.filter(~pl.col("is_actual"))
        return {
            "existing_volume": [
                side(valued, at_line, is_actual=True),
                side(past, "net_amount", of="both"),
            ],
            "existing_mix": effect(valued, at_product, at_line),
            "existing_price": effect(valued, "net_amount", at_product),
            "new_products": [side(sold, "net_amount", of="new")],
            "gone_products": [side(sold, "net_amount", of="gone")],
        }

    returned = _classed(slices).filter(~pl.col("is_sale"))
    return {
        **cuts_of(slices, by, _KINDS, parts),
        "lost_customers": slices.fine_cut(sold.filter(is_lost), AMOUNT, by),
        "returns": slices.fine_cut(returned, AMOUNT, by),
    }
