"""Rows of customer tables as one pack may see them, and their cells."""

from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exact import fraction
from transforms.tables.customers import CUSTOMERS
from transforms.views.book import Book, Row, place
from transforms.views.cells import Cell, Figure, counted, exact

_PLACES: Final = Decimal("0.0001")


def own(book: Book, name: str) -> pl.DataFrame:
    """The rows of a table with scope columns that are reckoned for the pack's own scope."""
    found = book.frame(name)
    if found is None:
        return CUSTOMERS[name].create_empty()
    return found.filter((pl.col("scope_kind") == book.scope_kind) & (pl.col("scope") == book.scope))


def own_rows(book: Book, name: str) -> list[Row]:
    """The same as rows."""
    return [*own(book, name).to_dicts()]


def owner(book: Book, row: Row) -> Cell:
    """The team in the company's pack, the person in a team's."""
    if book.is_company:
        return place(row["team"])
    return place(book.rep_names.get(row["rep"], row["rep"]))


def money(value: Decimal | None) -> Figure:
    """An amount; none is no data."""
    return Figure(value, "money", "ok" if value is not None else "no_data")


def share(part: Decimal | None, whole: Decimal | None) -> Figure:
    """A part of a whole, as a fraction of four places; no data where the whole is 0."""
    found = fraction(part, whole)
    if found is None:
        return Figure(None, "share", "no_data")
    exactly = Decimal(found.numerator) / Decimal(found.denominator)
    return Figure(exactly.quantize(_PLACES), "share")


def months(book: Book) -> Figure:
    """Length of the window of customer figures."""
    return counted(book.parameters.customers.months)


def rounded(value: float | None) -> Decimal | None:
    """A fraction of four places: the last digits of a mean are no part of a pack's identity."""
    found = exact(value)
    return None if found is None else found.quantize(_PLACES)


def fraction_of(value: float | None) -> Figure:
    """A share that was formed before; none is no data."""
    found = rounded(value)
    return Figure(found, "share", "ok" if found is not None else "no_data")
