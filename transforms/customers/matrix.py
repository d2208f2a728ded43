"""The customer matrix (D-11): how many customers of each type, their sales, who moved."""

import polars as pl

from transforms.customers.days import SCOPE
from transforms.customers.rules import TYPES, UNTYPED
from transforms.tables.columns import NUMBER
from transforms.tables.customers import CustomerMatrix

_NOW, _BEFORE = pl.col("customer_type"), pl.col("type_before")


def customer_matrix(scoped: pl.DataFrame) -> pl.DataFrame:
    """Add up customers by type (`CustomerMatrix`); scopes without customers have no rows.

    Customers of a type less those moved in plus those moved out are its customers a week before.
    """
    frame = scoped.select(
        *SCOPE,
        "sales",
        _NOW.fill_null(UNTYPED),
        _BEFORE.fill_null(UNTYPED),
    )
    is_moved = _NOW != _BEFORE
    now = frame.group_by(*SCOPE, "customer_type").agg(
        pl.len().cast(pl.Int64).alias("customers"),
        pl.col("sales").sum().cast(NUMBER),
        is_moved.sum().cast(pl.Int64).alias("moved_in"),
    )
    left = (
        frame.filter(is_moved)
        .group_by(*SCOPE, _BEFORE.alias("customer_type"))
        .agg(pl.len().cast(pl.Int64).alias("moved_out"))
    )
    keys = [*SCOPE, "customer_type"]
    names = pl.DataFrame({"customer_type": [*TYPES, UNTYPED]})
    return CustomerMatrix.validate(
        frame.select(SCOPE)
        .unique()
        .join(names, how="cross")
        .join(now, on=keys, how="left")
        .join(left, on=keys, how="left")
        .with_columns(
            pl.col("customers", "moved_in", "moved_out").fill_null(0),
            pl.col("sales").fill_null(pl.lit(0).cast(NUMBER)),
        )
        .select(CustomerMatrix.column_names())
        .sort(CustomerMatrix.primary_key()),
        cast=True,
    )
