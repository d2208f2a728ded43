"""Conditions of measures in SQL: a metric is defined once, and the database can count by it."""

from collections.abc import Callable, Mapping
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any, Final

import polars as pl

from flows.sql import quoted

_OPERATIONS: Final[dict[str, Callable[[Any, Any], pl.Expr]]] = {
    "and": and_,
    "or": or_,
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def condition(
    where: pl.Expr, names: Mapping[str, str], bind: Callable[[object], str]
) -> str | None:
    r"""Write a condition over columns in SQL; None where it is of a form not known here.

    Known are columns, values, comparisons, `is_null`, `is_not_null`, and, or, not: of these both
    languages make the same, with null for what is not known. `names` says which columns go by
    another name in the statement; `bind` takes a value and gives the parameter that stands for it.

    >>> condition((pl.col("kind") == "sale") & pl.col("won"), {"won": "deal.won"}, repr)
    '(("kind" = \'sale\') and deal.won)'
    >>> condition(pl.col("kind").str.len_chars() > 3, {}, repr) is None
    True
    """
    if where.meta.is_column():
        (name,) = where.meta.root_names()
        return names.get(name) or quoted(name)
    if where.meta.is_literal():
        return bind(pl.select(where).item())
    inputs = where.meta.pop()[::-1]
    sides = [condition(each, names, bind) for each in inputs]
    if None in sides:
        return None
    if len(sides) == 1:
        return _of_one(where, inputs[0], str(sides[0]))
    if len(sides) == 2:  # noqa: PLR2004 - left and right
        for sign, operation in _OPERATIONS.items():
            if where.meta.eq(operation(*inputs)):
                return f"({sides[0]} {sign} {sides[1]})"
    return None


def _of_one(where: pl.Expr, inside: pl.Expr, text: str) -> str | None:
    forms = {
        f"{text} is not null": inside.is_not_null(),
        f"{text} is null": inside.is_null(),
        f"(not {text})": ~inside,
    }
    return next((sql for sql, form in forms.items() if where.meta.eq(form)), None)
