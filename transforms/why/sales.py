"""The measured leaves of the sales tree: new and existing customers, price, volume, mix, lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.scopes import COMPANY
from transforms.tables.columns import NUMBER
from transforms.why.case import Window, number
from transforms.why.cells import UNITS
from transforms.why.cohort import new_business
from transforms.why.cuts import DIMENSIONS, FINE, Cut, amounts, joined, sum_cut
from transforms.why.shapley import Node
from transforms.why.slices import Place, Slices
from transforms.why.sums import positions, summed_by
from transforms.why.trees import AMOUNT, sales_tree

_PRICE: Final = pl.Decimal(38, 12)
_SIDE: Final = pl.Enum(["both", "new", "gone"])
_RHYTHM_DAYS: Final = 365
_FEWEST_ORDER_DAYS: Final = 3


def lost_customers(days: pl.DataFrame, span: Window, by: Sequence[str] = ()) -> pl.DataFrame:
    """Customers of each scope who fell out of their own rhythm: nothing bought in the period.

    `days` as `order_days` gives them. Whoever orders three times a year is not lost after a week
    of silence. A customer counts as lost when its silence at the period's end is longer than twice
    its longest pause between order days in the 12 months before the period (at least three order
    days).
    """
    since = span.starts_on - timedelta(days=_RHYTHM_DAYS)
    day = pl.col("occurred_on")
    keys = [*by, "account_id"]
    is_same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in keys)
    pauses = days.filter(day.is_between(since, span.ends_on)).with_columns(
        pause=pl.when(is_same).then((day - day.shift()).dt.total_days())
    )
    rhythm = summed_by(
        pauses, keys, [pl.max("pause"), day.max().alias("last_on"), pl.len().alias("order_days")]
    )
    silence = (pl.lit(span.ends_on) - pl.col("last_on")).dt.total_days()
    return rhythm.filter(
        pl.col("order_days") >= _FEWEST_ORDER_DAYS,
        pl.col("last_on") < span.starts_on,
        silence > 2 * pl.col("pause"),
    ).select(keys)


def order_days(sales: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Days on which each customer of each scope ordered, in order."""
    keys = [*by, "account_id", "occurred_on"]
    is_order = (pl.col("document_kind") == "sale") & pl.col("account_id").is_not_null()
    return _distinct(sales.lazy().filter(is_order).select(keys).collect(), keys)


def _distinct(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The combinations of some columns, in their order."""
    return summed_by(rows, keys, [pl.len()]).select(keys)


def _order_days(slices: Slices, by: str) -> pl.DataFrame:
    """Order days in all scopes of a kind, from those in all places."""
    own, rows = scope_keys(by), slices.rows
    places = ("region", "team")
    every = rows.once("order_days", lambda: order_days(rows.facts["sale"], places))
    keys = [*own, "account_id", "occurred_on"]
    return rows.once(("order_days", by), lambda: _distinct(every.select(keys), keys))


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
    names = [name for name in (*DIMENSIONS, *FINE.values()) if name in lines.columns]
    told = ("occurred_on", "is_actual", "stretch", "quantity", "net_amount")
    return slices.once(
        "classed",
        lambda: lines.select(
            *names, *told, is_sale.alias("is_sale"), is_new.alias("is_new_business")
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
    lines, own, sold = _classed(slices), scope_keys(by), _sold(slices)
    lost = lost_customers(_order_days(slices, by), slices.span, own)
    is_lost = positions(sold, lost, [*own, "account_id"]).is_not_null()
    existing = parted(sold.filter(~is_lost), slices.span.stretches, own, ["net_amount"])
    past = existing.past
    current = at_prices(existing.current, existing.cells, own, "net_amount", "price")
    return {
        "existing_volume": two_column_cut(current, "at_line_price", past, "net_amount", by),
        "existing_mix": effect_cut(current, "at_product_price", "at_line_price", by),
        "existing_price": effect_cut(current, "net_amount", "at_product_price", by),
        "new_products": sum_cut(existing.new, AMOUNT, by, fine=True),
        "gone_products": sum_cut(existing.gone, AMOUNT, by, fine=True),
        "lost_customers": sum_cut(sold.filter(is_lost), AMOUNT, by, fine=True),
        "returns": sum_cut(lines.filter(~pl.col("is_sale")), AMOUNT, by, fine=True),
    }


def scope_keys(by: str) -> list[str]:
    """The column that tells scopes of a kind apart; none for the company."""
    return [] if by == COMPANY else [by]


@dataclass(frozen=True)
class Parted:
    """Two-sided rows by the side their product is on."""

    new: pl.DataFrame
    gone: pl.DataFrame
    past: pl.DataFrame
    """Of products on both sides: the reference."""
    current: pl.DataFrame
    """Of products on both sides: the actual period."""
    cells: pl.DataFrame
    """`past` by scope, product line and product: sums of amounts and of `quantity`, where known."""


def parted(
    rows: pl.DataFrame, stretches: int, own: Sequence[str], columns: Sequence[str]
) -> Parted:
    """Part rows by the side that their product is on within each scope.

    New is a product without a sale in the reference, gone one that sold in every stretch of it and
    not at all now: what sells now and then is not gone after a week without an order. Where one
    side has no sale at all, nothing tells new from old, and all are both. `columns` are the
    amounts that `cells` have.
    """
    product = [*own, "product_line", "product_id"]
    is_actual, is_known = pl.col("is_actual"), pl.col("quantity").is_not_null()
    sums = [pl.when(is_known).then(pl.col(name)).sum().alias(name) for name in columns]
    cells = summed_by(rows, [*product, "is_actual", "stretch"], [*sums, pl.sum("quantity")])
    told = _sides(cells, stretches, own)
    side = _side_of(rows, told, product)
    is_both, now = side == "both", rows["is_actual"]
    before = cells.filter(~is_actual, _side_of(cells, told, product) == "both")
    return Parted(
        new=rows.filter(side == "new"),
        gone=rows.filter(side == "gone"),
        past=rows.filter(is_both & ~now),
        current=rows.filter(is_both & now),
        cells=summed_by(before, product, [pl.sum(*columns, "quantity")]),
    )


def _sides(cells: pl.DataFrame, stretches: int, own: Sequence[str]) -> pl.DataFrame:
    """Products that are new or gone, with `product_side`."""
    product = [*own, "product_line", "product_id"]
    is_actual = pl.col("is_actual")
    sold = (~is_actual).sum().alias("sold")
    sides = summed_by(cells, product, [is_actual.any().alias("is_now"), sold])
    both = pl.lit(bool(cells["is_actual"].any()) and not cells["is_actual"].all())
    if own:
        whole = cells.group_by(own).agg(has_both=is_actual.any() & ~is_actual.all())
        sides, both = sides.join(whole, on=own), pl.col("has_both")
    told = sides.filter(both, pl.col("product_id").is_not_null()).select(
        *product,
        product_side=pl.when(pl.col("is_now") & (pl.col("sold") == 0))
        .then(pl.lit("new"))
        .when(~pl.col("is_now") & (pl.col("sold") == stretches))
        .then(pl.lit("gone"))
        .cast(_SIDE),
    )
    return told.filter(pl.col("product_side").is_not_null())


def _side_of(rows: pl.DataFrame, told: pl.DataFrame, product: Sequence[str]) -> pl.Series:
    """The side of each row's product: new, gone or both."""
    side = told["product_side"].gather(positions(rows, told, product))
    return side.fill_null(pl.lit("both", _SIDE))


def two_column_cut(
    current: pl.DataFrame, actual: str, past: pl.DataFrame, reference: str, by: str
) -> Cut:
    """Cut a sum whose two sides are different columns."""
    left = amounts(current, Measure("sale", actual), by, fine=True)
    right = amounts(past, Measure("sale", reference), by, fine=True)
    return joined([(left, "n1", "n0"), (right, "n1", "n0")], "sum", by)


def effect_cut(rows: pl.DataFrame, actual: str, reference: str, by: str) -> Cut:
    """Cut the difference of two columns of the actual rows."""
    left = amounts(rows, Measure("sale", actual), by, fine=True)
    right = amounts(rows, Measure("sale", reference), by, fine=True)
    reversed_side = right.with_columns(is_actual=pl.lit(value=False))
    return joined([(left, "n1", "n0"), (reversed_side, "n1", "n0")], "effect", by)


def at_prices(
    current: pl.DataFrame, before: pl.DataFrame, own: Sequence[str], column: str, name: str
) -> pl.DataFrame:
    """Value rows at the mean prices of the reference (`Parted.cells`).

    Adds `at_line_price` and `at_product_price`, by the prices of each scope; with another column
    and name, at the mean of that column a piece. Each row is rounded to six decimals once; both
    columns are null-free.
    """
    line = [*own, "product_line"]
    product = [*line, "product_id"]
    products = before.select(
        *product, number(pl.col(column)).alias("net"), pl.col("quantity").alias("units")
    )
    lines = summed_by(products, line, [pl.sum("net", "units")])
    priced = current.with_columns(
        _prices(lines, f"line_{name}", current, line),
        _prices(products, f"product_{name}", current, product),
    )
    paid = number(pl.col(column))
    quantity = number(pl.col("quantity"))
    at_line = pl.coalesce((quantity * pl.col(f"line_{name}")).cast(NUMBER), paid)
    at_product = pl.coalesce((quantity * pl.col(f"product_{name}")).cast(NUMBER), paid)
    return priced.select(
        pl.exclude(f"line_{name}", f"product_{name}"),
        at_line.alias(f"at_line_{name}"),
        at_product.alias(f"at_product_{name}"),
    )


def _prices(sums: pl.DataFrame, name: str, rows: pl.DataFrame, keys: list[str]) -> pl.Series:
    """Mean price of each row, to twelve decimals, where quantity and amount are positive."""
    found = sums.filter(pl.col("net") > 0, pl.col("units") > 0)
    known = found.select(_quotient("net", "units").alias(name)).to_series()
    return known.gather(positions(rows, found, keys))


def _quotient(above: str, below: str) -> pl.Expr:
    """Divide positive numbers of six decimals, to twelve decimals, half to even."""
    divided, divisor = ((pl.col(name) * UNITS).cast(pl.Int128) for name in (above, below))
    whole = divided * 10**12 // divisor
    rest = 2 * (divided * 10**12 - whole * divisor)
    is_up = (rest > divisor) | ((rest == divisor) & (whole % 2 == 1))
    found = (whole + is_up.cast(pl.Int128)).cast(pl.Decimal(38, 0))
    return found * pl.lit(Decimal("1e-12"), dtype=_PRICE)
