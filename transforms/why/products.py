"""Sale lines by the side that their product is on, and at the prices of the reference."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from transforms.scopes import COMPANY
from transforms.tables.columns import NUMBER
from transforms.why.case import number
from transforms.why.cells import UNITS, Part, millionths
from transforms.why.cuts import Cut, Kind, by_member, by_place, joined
from transforms.why.places import PLACE
from transforms.why.rows import DIMENSIONS, FINE
from transforms.why.slices import Slices
from transforms.why.sums import positions, summed_by, values_at

_PRICE: Final = pl.Decimal(38, 12)
_SIDE: Final = pl.Enum(["both", "new", "gone"])
_PRODUCT: Final = ("product_line", "product_id")

_NAMES: Final = (*DIMENSIONS, *FINE)

SOLD: Final = (
    *(PLACE, "region", "team", "product_line", *FINE.values()),
    *("is_actual", "stretch", "quantity"),
)
"""Columns of lines that are put on sides and at prices, beside their amounts."""

Added = Callable[[pl.DataFrame, Sequence[str]], pl.DataFrame]
"""Adds columns of rows up by place or member and what else tells them apart."""
Parts = Callable[[Added], Mapping[str, Sequence[Part]]]


def scope_keys(by: str) -> list[str]:
    """The column that tells scopes of a kind apart; none for the company."""
    return [] if by == COMPANY else [by]


@dataclass(frozen=True)
class Sided:
    """Two-sided lines with the `side` of their product within each scope.

    New is a product without a sale in the reference, gone one that sold in every stretch of it and
    not at all now: what sells now and then is not gone after a week without an order. Where one
    side has no sale at all, nothing tells new from old, and all are both.
    """

    rows: pl.DataFrame
    before: pl.DataFrame
    """Of products on both sides, the reference by scope, product line and product: sums of amounts
    and of `quantity`, where it is known."""

    @classmethod
    def of(
        cls, rows: pl.DataFrame, stretches: int, own: Sequence[str], columns: Sequence[str]
    ) -> "Sided":
        """Find the sides of lines; `columns` are the amounts that `before` has."""
        product = [*own, *_PRODUCT]
        is_known = pl.col("quantity").is_not_null()
        paid = rows.lazy().select(
            *product,
            "stretch",
            *(pl.when(is_known).then(pl.col(name)).alias(name) for name in columns),
            "quantity",
        )
        sums = summed_by(paid.collect(), [*product, "stretch"], [*columns, "quantity"])
        cells = sums.with_columns(is_actual=pl.col("stretch") == stretches)
        told = _told(cells, stretches, own)
        before = cells.filter(~pl.col("is_actual"), _side_of(cells, told, product) == "both")
        return cls(
            rows.with_columns(_side_of(rows, told, product)),
            summed_by(before, product, [*columns, "quantity"]),
        )

    @property
    def current(self) -> pl.DataFrame:
        """Lines of the actual period, of products on both sides."""
        return self.rows.filter(pl.col("is_actual"), pl.col("side") == "both").drop("side")


def _told(cells: pl.DataFrame, stretches: int, own: Sequence[str]) -> pl.DataFrame:
    """Products that are new or gone, with their `side`."""
    product = [*own, *_PRODUCT]
    is_actual = pl.col("is_actual")
    counted = cells.select(*product, is_actual, sold=~is_actual)
    sides = summed_by(counted, product, ["is_actual", "sold"])
    both = pl.lit(bool(cells["is_actual"].any()) and not cells["is_actual"].all())
    if own:
        whole = cells.group_by(own).agg(has_both=is_actual.any() & ~is_actual.all())
        sides, both = sides.join(whole, on=own), pl.col("has_both")
    is_now = pl.col("is_actual") > 0
    told = sides.filter(both, pl.col("product_id").is_not_null()).select(
        *product,
        side=pl.when(is_now & (pl.col("sold") == 0))
        .then(pl.lit("new"))
        .when(~is_now & (pl.col("sold") == stretches))
        .then(pl.lit("gone"))
        .cast(_SIDE),
    )
    return told.filter(pl.col("side").is_not_null())


def _side_of(rows: pl.DataFrame, told: pl.DataFrame, product: Sequence[str]) -> pl.Series:
    """The side of each row's product."""
    both = pl.Series("side", ["both"], _SIDE)
    if told.is_empty():
        return both.new_from_index(0, rows.height)
    at = positions(rows, told, product)
    return pl.concat([told["side"], both]).gather(np.where(at < 0, told.height, at))


def at_prices(
    rows: pl.DataFrame, before: pl.DataFrame, own: Sequence[str], column: str, name: str
) -> pl.DataFrame:
    """Value rows at the mean prices of the reference (`Sided.before`).

    Adds `at_line_price` and `at_product_price`, by the prices of each scope; with another column
    and name, at the mean of that column a piece. Each row is rounded to six decimals once; both
    columns are null-free.
    """
    product = [*own, *_PRODUCT]
    products = before.select(
        *product, number(pl.col(column)).alias("net"), pl.col("quantity").alias("units")
    )
    lines = summed_by(products, product[:-1], ["net", "units"])
    priced = rows.with_columns(
        _prices(lines, f"line_{name}", rows, product[:-1]),
        _prices(products, f"product_{name}", rows, product),
    )
    paid, quantity = number(pl.col(column)), number(pl.col("quantity"))
    prices = (f"line_{name}", f"product_{name}")
    return priced.select(
        pl.exclude(prices),
        *(
            pl.coalesce((quantity * pl.col(price)).cast(NUMBER), paid).alias(f"at_{price}")
            for price in prices
        ),
    )


def _prices(sums: pl.DataFrame, name: str, rows: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    """Mean price of each row, to twelve decimals, where quantity and amount are positive."""
    found = sums.filter(pl.col("net") > 0, pl.col("units") > 0)
    known = found.select(_quotient("net", "units").alias(name)).to_series()
    return values_at(known, positions(rows, found, keys))


def _quotient(above: str, below: str) -> pl.Expr:
    """Divide positive numbers of six decimals, to twelve decimals, half to even."""
    divided, divisor = ((pl.col(name) * UNITS).cast(pl.Int128) for name in (above, below))
    whole = divided * 10**12 // divisor
    rest = 2 * (divided * 10**12 - whole * divisor)
    is_up = (rest > divisor) | ((rest == divisor) & (whole % 2 == 1))
    found = (whole + is_up.cast(pl.Int128)).cast(pl.Decimal(38, 0))
    return found * pl.lit(Decimal("1e-12"), dtype=_PRICE)


def summable(rows: pl.DataFrame, keys: Sequence[str], amounts: Sequence[str]) -> pl.DataFrame:
    """Rows with what they can be cut along, some keys and amounts: all of them `millionths`."""
    told = rows.select(PLACE, *FINE.values(), *keys, *amounts)
    found = [millionths(told[name]) for name in amounts]
    are_whole = not any(each.dtype.is_decimal() for each in found)
    return told.with_columns(found if are_whole else [number(pl.col(name)) for name in amounts])


def side(
    sums: pl.DataFrame, amount: str, *, is_actual: bool | None = None, of: str | None = None
) -> Part:
    """One amount of summed rows: of one side only where named.

    `is_actual` says on which side of the cut it is to stand, where not each on its own.
    """
    found = sums if of is None else sums.filter(pl.col("side") == of)
    others = [name for name in sums.columns if name in _NAMES]
    told = pl.col("is_actual") if is_actual is None else pl.lit(is_actual).alias("is_actual")
    return found.select(*others, told, pl.col(amount).alias("amount")), "n1", "n0"


def effect(sums: pl.DataFrame, actual: str, reference: str) -> list[Part]:
    """The difference of two amounts of the actual period."""
    return [side(sums, actual, is_actual=True), side(sums, reference, is_actual=False)]


def cuts_of(slices: Slices, by: str, kinds: Mapping[str, Kind], parts: Parts) -> dict[str, Cut]:
    """Cut several amounts of lines, added up once for all of them.

    `parts` gives, for a way to add rows up, the sides of each cut by its code.
    """
    places = slices.places("sale")

    @cache
    def by_many(name: str) -> Mapping[str, Sequence[Part]]:
        return parts(lambda rows, sums: by_member(rows, places, name, by, sums))

    placed = parts(lambda rows, sums: by_place(rows, places, sums))
    return {
        code: joined(
            placed[code],
            kind,
            {name: lambda code=code, name=name: by_many(name)[code] for name in FINE},  # type: ignore[misc]
        )
        for code, kind in kinds.items()
    }
