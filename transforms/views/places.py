"""Places as they are called: people, products and customers by name, all else as it is (D-18)."""

from collections.abc import Callable
from typing import Final

import polars as pl

from transforms.views.book import Book, Row
from transforms.views.cells import Cell, Group, Text, quoted, say
from transforms.views.citing import cite

_AND: Final = " × "


def members_of(book: Book, row: Row) -> Cell:
    """The members of a row of `segment` or `evidence`, in the order of its dimensions.

    A code stands beside its name only where another one is called alike, and alone where it has
    no name. Which others there are is looked up among those that the pack may show, so that a
    team's pack does not change with another team's customers.
    """
    dimensions = (row["dimensions"] or "").split(_AND)
    members = (row["members"] or "").split(_AND)
    if len(dimensions) != len(members) or _NAMED.keys().isdisjoint(dimensions):
        return quoted(row, "members")
    cells = tuple(
        _NAMED[dimension](book, row, dimension, member)
        if dimension in _NAMED
        else _member(row, dimension, member)
        for dimension, member in zip(dimensions, members, strict=True)
    )
    return cells[0] if len(cells) == 1 else Group(cells, "times")


def _member(row: Row, dimension: str, member: str) -> Text:
    """A member as it is written, cited as the one of its dimension."""
    return Text(member, cited=cite(row, "members", "dimensions", dimension, rule="member"))


def _person(book: Book, row: Row, dimension: str, member: str) -> Cell:
    name = book.reps.get(member, member)
    alike = sum(other == name for other in book.reps.values())
    code = _member(row, dimension, member)
    return code if name == member else _beside_code(Text(name), code, alike)


def _customer(book: Book, row: Row, dimension: str, member: str) -> Cell:
    mine = pl.lit(value=True) if book.is_company else pl.col("owner_rep_id").is_in([*book.reps])
    return _of_table(book, row, (dimension, member), "account", mine)


def _product(book: Book, row: Row, dimension: str, member: str) -> Cell:
    return _of_table(book, row, (dimension, member), "product", pl.lit(value=True))


def _of_table(book: Book, row: Row, place: tuple[str, str], table: str, others: pl.Expr) -> Cell:
    code = _member(row, *place)
    rows = book.rows(table, pl.col(f"{table}_id") == place[1])
    name = rows[0][f"{table}_name"] if rows else None
    if not name or name == place[1]:
        return code
    alike = len(book.rows(table, pl.col(f"{table}_name") == name, others))
    return _beside_code(quoted(rows[0], f"{table}_name"), code, alike)


def _beside_code(name: Text, code: Text, alike: int) -> Cell:
    return say("named_code", name=name, code=code) if alike > 1 else name


_NAMED: Final[dict[str, Callable[[Book, Row, str, str], Cell]]] = {
    "rep": _person,
    "customer": _customer,
    "product": _product,
}
