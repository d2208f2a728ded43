"""The few kinds of column that every table of Fupan is made of."""

from typing import Any, Final

import dataframely as dy
import polars as pl

MONEY_SCALE: Final = 4
"""Decimal places of an amount in the warehouse: a source may price in hundredths of a cent."""

MONEY: Final = pl.Decimal(18, MONEY_SCALE)
NUMBER: Final = pl.Decimal(38, 6)
"""Numerators and denominators: wide enough for a sum of any MONEY column."""


def key(description: str) -> dy.String:
    """A column of the key: never null, never empty."""
    return dy.String(primary_key=True, min_length=1, description=description)


def text(description: str, *, required: bool = False) -> dy.String:
    """A text; a required one is neither null nor empty."""
    return dy.String(
        nullable=not required, min_length=1 if required else None, description=description
    )


def money(description: str, *, required: bool = False, basis: str | None = None) -> dy.Decimal:
    """An amount of money, exact to four decimals; `basis` of a fact's is net or gross (D-30)."""
    return dy.Decimal(
        18,
        MONEY_SCALE,
        nullable=not required,
        description=description,
        metadata={"basis": basis} if basis else None,
    )


def number(description: str, *, required: bool = False) -> dy.Decimal:
    """An exact quantity, numerator or denominator."""
    return dy.Decimal(38, 6, nullable=not required, description=description)


def day(description: str, *, required: bool = False, primary_key: bool = False) -> dy.Date:
    """A calendar day of the company (`_on`)."""
    return dy.Date(
        nullable=not (required or primary_key), primary_key=primary_key, description=description
    )


def instant(description: str, *, required: bool = False) -> dy.Datetime:
    """An instant in UTC (`_at`)."""
    return dy.Datetime(nullable=not required, time_unit="us", description=description)


def flag(description: str, *, required: bool = False) -> dy.Bool:
    """A yes/no (`is_`, `has_`); null means that nobody said."""
    return dy.Bool(nullable=not required, description=description)


def count(description: str, *, required: bool = False) -> dy.Int64:
    """A whole number."""
    return dy.Int64(nullable=not required, description=description)


def ratio(description: str, *, required: bool = False) -> dy.Float64:
    """A share or ratio as a fraction, formed once from exact sides."""
    return dy.Float64(nullable=not required, description=description)


def one_of(
    *values: str, description: str, required: bool = False, primary_key: bool = False
) -> dy.String:
    """A text that is one of a few words."""
    allowed = list(values)

    def is_known(column: pl.Expr) -> pl.Expr:
        return column.is_in(allowed)

    options: dict[str, Any] = {"values": allowed}
    return dy.String(
        nullable=not (required or primary_key),
        primary_key=primary_key,
        check=is_known,
        description=description,
        metadata=options,
    )
