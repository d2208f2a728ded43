"""The measured leaves of the sales tree: new and existing customers, price, volume, mix, lost."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.tables.columns import NUMBER
from transforms.why.case import FactRows, Window, number, two_sided
from transforms.why.cohort import new_business
from transforms.why.cuts import Cut, amounts, joined, sum_cut
from transforms.why.shapley import Node
from transforms.why.trees import AMOUNT, sales_tree

_PRICE: Final = pl.Decimal(38, 12)
_RHYTHM_DAYS: Final = 365
_FEWEST_ORDER_DAYS: Final = 3


def lost_customers(sales: pl.DataFrame, span: Window) -> pl.Series:
    """Customers of the scope who fell out of their own rhythm: nothing bought in the period.

    Whoever orders three times a year is not lost after a week of silence. A customer counts as
    lost when its silence at the period's end is longer than twice its longest pause between order
    days in the 12 months before the period (at least three order days).
    """
    since = span.starts_on - timedelta(days=_RHYTHM_DAYS)
    days = sales.filter(
        pl.col("document_kind") == "sale",
        pl.col("occurred_on").is_between(since, span.ends_on),
        pl.col("account_id").is_not_null(),
    ).select("account_id", "occurred_on")
    rhythm = (
        days.unique()
        .sort("account_id", "occurred_on")
        .group_by("account_id", maintain_order=True)
        .agg(
            pl.col("occurred_on").diff().dt.total_days().max().alias("pause"),
            pl.col("occurred_on").max().alias("last_on"),
            pl.len().alias("order_days"),
        )
    )
    silence = (pl.lit(span.ends_on) - pl.col("last_on")).dt.total_days()
    return rhythm.filter(
        pl.col("order_days") >= _FEWEST_ORDER_DAYS,
        pl.col("last_on") < span.starts_on,
        silence > 2 * pl.col("pause"),
    )["account_id"]


def sales_leaves(
    sales: pl.DataFrame, rows: FactRows, place: tuple[str, str], span: Window
) -> tuple[Node, dict[str, Cut]]:
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
    lines = two_sided(sales, span)
    lost = lost_customers(sales, span)
    is_sale = pl.col("document_kind") == "sale"
    is_new = is_sale & (pl.col("first_ordered_on") >= pl.col("period_start")).fill_null(value=False)
    is_lost = is_sale & ~is_new & pl.col("account_id").is_in(lost.implode()).fill_null(value=False)
    existing = with_product_side(lines.filter(is_sale & ~is_new & ~is_lost), span.stretches)
    sides = {
        side: existing.filter(pl.col("product_side") == side) for side in ("new", "gone", "both")
    }
    kept = valued(sides["both"])
    current = kept.filter("is_actual")
    node, leaves = new_business(lines.filter(is_new), rows, place, span)
    leaves |= {
        "existing_volume": between_cut(kept, "at_line_price", "net_amount"),
        "existing_mix": effect_cut(current, "at_product_price", "at_line_price"),
        "existing_price": effect_cut(current, "net_amount", "at_product_price"),
        "new_products": sum_cut(sides["new"], AMOUNT, fine=True),
        "gone_products": sum_cut(sides["gone"], AMOUNT, fine=True),
        "lost_customers": sum_cut(lines.filter(is_lost), AMOUNT, fine=True),
        "returns": sum_cut(lines.filter(~is_sale), AMOUNT, fine=True),
    }
    return sales_tree(node), leaves


def with_product_side(rows: pl.DataFrame, stretches: int) -> pl.DataFrame:
    """Add `product_side`: new, gone or both.

    New is a product without a sale in the reference, gone one that sold in every stretch of it and
    not at all now: what sells now and then is not gone after a week without an order. Where one
    side has no sale at all, nothing tells new from old, and all are both.
    """
    if rows["is_actual"].n_unique() < len((True, False)):
        return rows.with_columns(product_side=pl.lit("both"))
    product = ["product_line", "product_id"]
    sold = pl.col("period_start").filter(~pl.col("is_actual")).n_unique().over(product)
    is_now = pl.col("is_actual").any().over(product)
    is_known = pl.col("product_id").is_not_null()
    side = (
        pl.when(is_known & is_now & (sold == 0))
        .then(pl.lit("new"))
        .when(is_known & ~is_now & (sold == stretches))
        .then(pl.lit("gone"))
        .otherwise(pl.lit("both"))
    )
    return rows.with_columns(side.alias("product_side"))


def between_cut(rows: pl.DataFrame, actual: str, reference: str) -> Cut:
    """Cut a sum whose two sides are different columns."""
    column = pl.when("is_actual").then(pl.col(actual)).otherwise(number(pl.col(reference)))
    return sum_cut(rows.with_columns(compared=column), Measure("sale", "compared"), fine=True)


def effect_cut(rows: pl.DataFrame, actual: str, reference: str) -> Cut:
    """Cut the difference of two columns of the actual rows."""
    left = amounts(rows, Measure("sale", actual), fine=True)
    right = amounts(rows, Measure("sale", reference), fine=True)
    reversed_side = right.with_columns(is_actual=pl.lit(value=False))
    return joined([(left, "n1", "n0"), (reversed_side, "n1", "n0")], "effect")


def valued(rows: pl.DataFrame, column: str = "net_amount", name: str = "price") -> pl.DataFrame:
    """Value the actual rows at reference prices: `at_line_price`, `at_product_price`.

    With another column and name, at the mean of that column a piece. Each row is rounded to six
    decimals once; both columns are null-free.
    """
    known = rows.filter(pl.col("quantity").is_not_null())
    reference = known.filter(~pl.col("is_actual"))
    products = _prices(reference, ["product_line", "product_id"], column, f"product_{name}")
    lines = _prices(reference, ["product_line"], column, f"line_{name}")
    priced = rows.join(lines, on="product_line", how="left", maintain_order="left").join(
        products,
        on=["product_line", "product_id"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    own = number(pl.col(column))
    quantity = number(pl.col("quantity"))
    at_line = pl.coalesce((quantity * pl.col(f"line_{name}")).cast(NUMBER), own)
    at_product = pl.coalesce((quantity * pl.col(f"product_{name}")).cast(NUMBER), own)
    return priced.with_columns(
        at_line.alias(f"at_line_{name}"), at_product.alias(f"at_product_{name}")
    )


def _prices(rows: pl.DataFrame, keys: list[str], column: str, name: str) -> pl.DataFrame:
    """Mean price by key, to twelve decimals, where quantity and amount are positive."""
    sums = rows.group_by(keys).agg(
        number(pl.col(column)).sum().alias("net"), pl.col("quantity").sum().alias("units")
    )
    found = sums.filter(pl.col("net") > 0, pl.col("units") > 0).sort(keys)
    step = Decimal("1e-12")
    prices = [
        (net / units).quantize(step) for net, units in found.select("net", "units").iter_rows()
    ]
    return found.select(keys).with_columns(pl.Series(name, prices, dtype=_PRICE))
