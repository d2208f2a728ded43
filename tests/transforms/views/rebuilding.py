"""Cells of a page formed once more, from the tables alone and by the cells that they cite."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import reduce
from typing import Any

import polars as pl

from transforms.views import PackInputs
from transforms.views.book import Book
from transforms.views.cells import Cell, Day, Delta, Figure, Group, Sentence, Span, Text, exact
from transforms.views.citing import Cited


def sentences(shown: object) -> Iterator[Sentence]:
    """Every sentence in a view, the outermost ones."""
    if isinstance(shown, Sentence):
        yield shown
    elif isinstance(shown, tuple):
        for each in shown:
            yield from sentences(each)
    elif is_dataclass(shown):
        for field in fields(shown):
            yield from sentences(getattr(shown, field.name))


def leaves(cell: Cell) -> Iterator[Cell]:
    """The cells that a sentence quotes, those of sentences in it among them."""
    if isinstance(cell, Sentence):
        for _, inner in cell.cells:
            yield from leaves(inner)
    elif isinstance(cell, Group):
        for inner in cell.cells:
            yield from leaves(inner)
    else:
        yield cell


def rebuilt(cell: Cell, inputs: PackInputs) -> Cell:
    """The same cell with every value that is cited taken from the tables."""
    match cell:
        case Sentence():
            inner = tuple((name, rebuilt(each, inputs)) for name, each in cell.cells)
            return replace(cell, cells=inner)
        case Group():
            return replace(cell, cells=tuple(rebuilt(each, inputs) for each in cell.cells))
        case Text(cited=Cited()):
            made: Cell = replace(cell, text=_value(cell.cited, inputs))
        case Day(cited=Cited()):
            made = replace(cell, on=_value(cell.cited, inputs))
        case Span(cited=Cited()):
            made = Book(inputs, "company", "company").span(*_value(cell.cited, inputs))
        case Figure(cited=Cited()) | Delta(cited=Cited()):
            made = replace(cell, value=exact(_value(cell.cited, inputs)))
        case _:
            made = cell
    return made


def _value(cited: Cited | None, inputs: PackInputs) -> Any:  # noqa: ANN401 (a cell is anything)
    assert cited is not None
    if cited.rule == "setting":
        return reduce(getattr, cited.columns, inputs.parameters)
    rows = inputs.tables[cited.table].filter(*(_is(name, value) for name, value in cited.key))
    if cited.rule == "count":
        return Decimal(rows.height)
    assert rows.height == 1, f"{rows.height} rows of {cited.table} are {dict(cited.key)}"
    if cited.rule == "member":
        members, dimensions = (rows[name][0].split(" × ") for name in cited.columns[:2])
        return members[dimensions.index(cited.columns[2])]
    cells = [rows[name][0] for name in cited.columns]
    formed: dict[str, Callable[[], Any]] = {
        "as_is": lambda: cells[0],
        "period": lambda: cells,
        "difference": lambda: _number(cells[0]) - _number(cells[1]),
        "relative": lambda: float(f"{float(cells[0]) / abs(float(cells[1])):.12g}"),
        "days_since": lambda: Decimal((inputs.parameters.week.ends_on - cells[0]).days),
    }
    return formed[cited.rule]()


def _number(value: float | Decimal) -> Decimal:
    return Decimal(str(value))


def _is(name: str, value: object) -> pl.Expr:
    if isinstance(value, tuple):
        return pl.col(name).is_in(list(value))
    return pl.col(name).eq_missing(pl.lit(value))
